"""Take-homes over HTTP, on PostgreSQL."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.medication.tests.dosing_window import CONSIDERED, WITNESS, Window, open_window
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.plugin import OpenEdge


async def on_treatment_day(window: Window, number: int, **terms: Any) -> str:
    """A course of methadone on a day of treatment, dosed today; the days between were given at the window."""
    order_id = await window.order(**{"take_home_days": 28} | terms)
    assert (await window.dose(order_id, "30")).status_code == 201
    await window.change(order_id, daily_mg="30")
    if number > 1:
        await window.edge.rows("update dose set given_on = given_on - $1::integer", number - 1)
        await window.edge.rows("delete from duty")
        await window.edge.rows(
            "insert into dose (dose_id, tenant_id, order_id, amount_mg, given_on, given_at, observed_by)"
            " select gen_random_uuid(), tenant_id, order_id, 30, $1, given_at, observed_by from dose",
            window.today(),
        )
    return order_id


@pytest.mark.parametrize(
    ("day", "days", "allowed"),
    [
        (1, 7, True),
        (1, 8, False),
        (14, 7, True),
        (14, 8, False),
        (15, 14, True),
        (15, 15, False),
        (30, 14, True),
        (30, 28, False),
        (31, 28, True),
        (31, 29, False),
    ],
)
async def test_the_ceiling_rises_with_the_day_of_treatment(
    open_edge: OpenEdge, day: int, days: int, *, allowed: bool
) -> None:
    """42 CFR 8.12(i)(3): 7, 14 and 28 days."""
    window = await open_window(await open_edge("medication"))
    order_id = await on_treatment_day(window, day)
    before = await window.edge.types()
    answer = await window.hand_out(order_id, window.today() + timedelta(days=1), days)
    if not allowed:
        assert (answer.status_code, answer.json()["code"]) == (409, "take_home_ceiling_exceeded")
        assert answer.json()["fields"][0]["rule"] == "take_home.us@1"
        assert await window.edge.types() == before
        return
    assert (answer.status_code, answer.json()["rule_version"]) == (201, "take_home.us@1")
    assert answer.json()["last_day"] == (window.today() + timedelta(days=days)).isoformat()
    assert await window.edge.types() == [*before, "take_home_dispensed"]


@pytest.mark.parametrize(
    ("day", "days", "code"),
    [
        (60, 28, None),
        (61, 2, None),
        (61, 3, "take_home_ceiling_exceeded"),
        (91, 3, None),
        (91, 4, "take_home_ceiling_exceeded"),
        (121, 4, None),
        (121, 5, "take_home_ceiling_exceeded"),
        (241, 6, None),
        (241, 7, "take_home_ceiling_exceeded"),
        (366, 13, None),
        (366, 14, "take_home_ceiling_exceeded"),
    ],
)
async def test_a_stricter_state_wins(open_edge: OpenEdge, day: int, days: int, code: str | None) -> None:
    """Wisconsin DHS 75.59."""
    window = await open_window(await open_edge("medication"), jurisdiction="US-WI")
    order_id = await on_treatment_day(window, day)
    answer = await window.hand_out(order_id, window.today() + timedelta(days=1), days)
    assert (answer.status_code, answer.json().get("code")) == (409 if code else 201, code)
    if code:
        assert answer.json()["fields"][0]["rule"] == "take_home.us_wi@1"


async def test_there_is_no_ceiling_for_buprenorphine(open_edge: OpenEdge) -> None:
    """42 CFR 8.12(i): the ceilings are those of methadone; nothing must be considered either."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.order("buprenorphine_naloxone_sl", daily_mg="16")
    tomorrow = window.today() + timedelta(days=1)
    assert (await window.hand_out(order_id, tomorrow, 28)).json()["code"] == "first_dose_not_observed"
    assert (await window.dose(order_id, "8")).status_code == 201
    await window.next_day(2)
    answer = await window.hand_out(order_id, window.today(), 28, considerations=None)
    assert (answer.status_code, answer.json()["daily_mg"]) == (201, "16.00")
    assert (await window.dose(order_id, "16")).json()["code"] == "covered_by_take_home"


async def test_closure_days_are_extra(open_edge: OpenEdge) -> None:
    """42 CFR 8.12(i)(1): a holiday on Wednesday and one weekend day, also without any take-home ordered."""
    window = await open_window(await open_edge("medication"))
    order_id = await on_treatment_day(window, 1)
    holiday, sunday = "2026-03-04", "2026-03-08"
    both = await window.hand_out(order_id, date(2026, 3, 3), 9, closure_days=[holiday, sunday])
    assert both.status_code == 201
    none = await open_window(await open_edge("medication"))
    order_id = await on_treatment_day(none, 1, take_home_days=None)
    tomorrow = await none.hand_out(order_id, date(2026, 3, 3), 1)
    assert tomorrow.json()["code"] == "take_homes_not_ordered"
    wrong = await none.hand_out(order_id, date(2026, 3, 3), 1, closure_days=["2026-03-03"])
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_a_closure_day")
    answer = await none.hand_out(order_id, date(2026, 3, 4), 1, closure_days=[holiday], considerations=None)
    assert answer.status_code == 201


async def test_the_considerations_are_stored_and_a_prescriber_answers_for_exceptions(open_edge: OpenEdge) -> None:
    """42 CFR 8.12(i)(2)."""
    window = await open_window(await open_edge("medication"))
    order_id = await on_treatment_day(window, 1)
    tomorrow = window.today() + timedelta(days=1)
    missing = await window.hand_out(order_id, tomorrow, 1, considerations=None)
    assert missing.json()["code"] == "considerations_missing"
    against = {"considerations": CONSIDERED | {"safe_storage": False}}
    assert (await window.hand_out(order_id, tomorrow, 1, **against)).json()["code"] == "considerations_unfavourable"
    body = {"first_day": tomorrow.isoformat(), "days": 1, "override_reason": "a lock box was handed out"} | against
    path = f"/v1/orders/{order_id}/take-homes"
    assert (await window.call("POST", path, body)).json()["code"] == "considerations_unfavourable"
    answer = await window.call("POST", path, body, role=Role.PRESCRIBER, key="t")
    assert answer.status_code == 201
    assert (await window.call("POST", path, body, role=Role.PRESCRIBER, key="t")).content == answer.content
    [row] = await window.edge.rows("select considered, unfavourable from take_home")
    assert tuple(row) == (True, ["safe_storage"])
    [row] = await window.edge.rows("select rule_id, reason from order_override where rule_id like 'take_home%'")
    assert tuple(row) == ("take_home.considerations", "a lock box was handed out")
    assert (await window.edge.types()).count("take_home_dispensed") == 1


async def test_a_day_is_covered_once_and_a_course_goes_on_under_observation(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone(take_home_days=28)
    today, tomorrow = window.today(), window.today() + timedelta(days=1)
    assert (await window.hand_out(order_id, today, 1)).json()["code"] == "already_dosed_today"
    assert (await window.hand_out(order_id, today - timedelta(days=1), 1)).json()["code"] == "day_in_the_past"
    assert (await window.hand_out(order_id, tomorrow, 2)).status_code == 201
    assert (await window.hand_out(order_id, tomorrow + timedelta(days=1), 1)).json()["code"] == "days_covered_already"
    await window.next_day()
    assert (await window.dose(order_id, "80")).json()["code"] == "covered_by_take_home"
    await window.next_day(3)
    answer = await window.hand_out(order_id, window.today() + timedelta(days=1), 1)
    assert answer.json()["code"] == "next_dose_is_observed"
    assert (await window.dose(order_id, "80")).status_code == 201
    assert (await window.hand_out(order_id, window.today() + timedelta(days=1), 1)).status_code == 201


async def test_take_homes_need_a_daily_dose_and_come_out_of_a_lot(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    bare = await window.order(take_home_days=7)
    assert (await window.dose(bare, "30")).status_code == 201
    tomorrow = window.today() + timedelta(days=1)
    assert (await window.hand_out(bare, tomorrow, 1)).json()["code"] == "daily_dose_not_ordered"
    await window.change(bare, daily_mg="30")
    lot = {
        "medicine": "methadone",
        "lot_code": "A1",
        "expires_on": (tomorrow + timedelta(days=90)).isoformat(),
        "quantity_mg": "100",
        "witness_id": str(WITNESS),
    }
    received = await window.call("POST", f"/v1/facilities/{window.home}/lots", lot)
    lot_id = UUID(received.json()["lot_id"])
    assert (await window.hand_out(bare, tomorrow, 4, lot_id=str(lot_id))).json()["code"] == "stock_short"
    assert await window.edge.value("select count(*) from take_home") == 0
    assert (await window.hand_out(bare, tomorrow, 3, lot_id=str(lot_id))).status_code == 201
    assert await window.edge.value("select sum(quantity_mg) from stock_entry") == 10
    unknown = await window.hand_out(str(new_id()), tomorrow, 1)
    assert unknown.status_code == 404
