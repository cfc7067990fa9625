"""Doses over HTTP, on PostgreSQL: limits of the first days, guests, lots, and one dose a day."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from services.medication.tests.dosing_window import (
    NURSE,
    WITNESS,
    Window,
    in_treatment,
    open_window,
    tell,
)
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.plugin import OpenEdge


async def override(
    window: Window, order_id: str, rule_id: str, role: Role = Role.PRESCRIBER, key: str = ""
) -> tuple[int, str | None]:
    body = {"rule_id": rule_id, "reason": "tolerance known from the former program"}
    answer = await window.call("POST", f"/v1/orders/{order_id}/limit-overrides", body, role=role, key=key)
    return answer.status_code, answer.json().get("code") or answer.json()["most_mg"]


async def test_a_dose_is_stored_once_and_told(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.order()
    first = await window.dose(order_id, "30", key="d1")
    assert (first.status_code, first.json()["given_today_mg"], first.json()["cap_today_mg"]) == (201, "30", "50.00")
    assert (await window.dose(order_id, "30", key="d1")).content == first.content
    assert (await window.dose(order_id, "20", key="d1")).json()["code"] == "idempotency_key_reused"
    assert (await window.edge.types()).count("dose_observed") == 1
    [row] = await window.edge.rows("select given_on, limit_rule, observed_by, guest_facility_id from dose")
    assert dict(row) == {
        "given_on": window.today(),
        "limit_rule": "methadone_start.first_day@1",
        "observed_by": NURSE,
        "guest_facility_id": None,
    }


@pytest.mark.parametrize(
    ("doses", "code"),
    [
        (["30", "15"], None),
        (["30", "20"], None),
        (["30", "25"], "day_cap_exceeded"),
        (["30.01"], "first_dose_exceeded"),
    ],
)
async def test_the_first_day_of_methadone(open_edge: OpenEdge, doses: list[str], code: str | None) -> None:
    """42 CFR 8.12(h)(3): 45 and 50 mg pass, 55 needs the practitioner's reason."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.order()
    answers = [await window.dose(order_id, amount) for amount in doses]
    assert [answer.json().get("code") for answer in answers] == [None] * (len(doses) - 1) + [code]
    if code is None:
        return
    rule_id = answers[-1].json()["fields"][0]["rule"].removesuffix("@1")
    assert await override(window, order_id, rule_id, Role.NURSE) == (403, "not_granted")
    assert await override(window, order_id, rule_id, key="o") == (201, None)
    assert await override(window, order_id, rule_id, key="o") == (201, None)
    assert await override(window, order_id, rule_id) == (409, "already_overridden")
    assert (await window.edge.types()).count("order_changed") == 1
    if code == "day_cap_exceeded":
        assert (await window.dose(order_id, doses[-1])).json()["code"] == "daily_dose_not_ordered"
        await window.change(order_id, daily_mg="55")
    assert (await window.dose(order_id, doses[-1])).status_code == 201


async def test_the_first_days_of_buprenorphine(open_edge: OpenEdge) -> None:
    """Label 8 mg, 12 with a reason; then 4 mg more than the day before, at most 16; then what the prescriber orders."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.order("buprenorphine_naloxone_sl", observed_daily=True)
    window.edge.clock.pass_by(days=3)
    assert (await window.dose(order_id, "8")).json()["cap_today_mg"] == "8.00"
    assert (await window.dose(order_id, "4")).json()["code"] == "day_cap_exceeded"
    assert await override(window, order_id, "methadone_start.first_day") == (409, "no_such_limit")
    assert await override(window, order_id, "bup_start.day_cap") == (201, "12.00")
    assert (await window.dose(order_id, "4.01")).json()["code"] == "day_cap_exceeded"
    assert (await window.dose(order_id, "4")).json()["cap_today_mg"] == "12.00"
    await window.next_day()
    assert (await window.dose(order_id, "16.01")).json()["code"] == "day_cap_exceeded"
    assert (await window.dose(order_id, "16")).json()["cap_today_mg"] == "16.00"
    await window.next_day()
    assert (await window.dose(order_id, "24")).json()["cap_today_mg"] is None
    assert (await window.dose(order_id, "2")).json()["code"] == "already_dosed_today"


@pytest.mark.parametrize(("protocol", "days"), [("low_dose", ["0.5", "1", "2", "4", "6", "12"]), ("high_dose", ["32"])])
async def test_a_protocol_has_days_of_its_own(open_edge: OpenEdge, protocol: str, days: list[str]) -> None:
    """J Am Board Fam Med, outpatient microinduction; high-dose starts by named protocol only."""
    window = await open_window(await open_edge("medication"))
    high = [{"rule_id": "bup_start.high_dose", "reason": "fentanyl, seen in the emergency department"}]
    overrides = high if protocol == "high_dose" else []
    order_id = await window.order("buprenorphine_sl", protocol=protocol, observed_daily=True, overrides=overrides)
    for most in days:
        over = str(Decimal(most) + Decimal("0.01"))
        assert (await window.dose(order_id, over)).json()["code"] == "day_cap_exceeded"
        assert (await window.dose(order_id, most)).status_code == 201
        await window.next_day()
    assert (await override(window, order_id, "bup_start.day_cap"))[1] == "limit_not_overridable"


async def test_a_daily_dose_is_what_was_ordered_and_may_be_split(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.order()
    assert (await window.dose(order_id, "30")).status_code == 201
    await window.next_day()
    assert (await window.dose(order_id, "30")).json()["code"] == "daily_dose_not_ordered"
    await window.change(order_id, daily_mg="40")
    assert (await window.dose(order_id, "40.01")).json()["code"] == "daily_dose_exceeded"
    assert (await window.dose(order_id, "25")).json()["cap_today_mg"] == "40.00"
    assert (await window.dose(order_id, "15.01")).json()["code"] == "daily_dose_exceeded"
    assert (await window.dose(order_id, "15")).json()["given_today_mg"] == "40.00"


async def test_a_guest_is_dosed_on_the_day_of_the_order_and_once(open_edge: OpenEdge) -> None:
    """An hour after midnight at home it is still yesterday at the other facility; the order's own day counts."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    assert (await window.dose(order_id, "80", facility_id=window.guest)).json()["code"] == "daily_dose_exceeded"
    window.edge.clock.pass_by(hours=12, minutes=30)
    assert (await window.dose(order_id, "80", facility_id=window.guest)).status_code == 201
    [row] = await window.edge.rows("select given_on, guest_facility_id from dose order by given_at desc limit 1")
    assert tuple(row) == (window.today(), window.guest)
    assert (await window.dose(order_id, "1", facility_id=new_id())).json()["code"] == "facility_not_known_yet"
    elsewhere = window.app.person(NURSE, Role.NURSE, facilities=(window.guest,))
    path, body = f"/v1/orders/{order_id}/doses", {"amount_mg": "1"}
    refused = await window.app.call("POST", path, body, token=elsewhere, key="e1")
    assert refused.json()["code"] == "facility_out_of_scope"
    body |= {"facility_id": str(window.guest)}
    assert (await window.app.call("POST", path, body, token=elsewhere, key="e2")).json()[
        "code"
    ] == "daily_dose_exceeded"


async def test_two_orders_of_a_substance_make_one_dose_a_day(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    second = await second_order(window)
    assert (await window.dose(second, "10")).json()["code"] == "dosed_under_another_order"
    await window.next_day()
    assert (await window.dose(second, "10")).status_code == 201
    assert (await window.dose(order_id, "80")).json()["code"] == "dosed_under_another_order"


async def second_order(window: Window, **terms: str) -> str:
    """An order of methadone in another episode of the patient, at the other facility."""
    episode = new_id()
    told = in_treatment(episode, window.patient_id, window.guest, new_id())
    await tell(window.edge, told, window.patient_id, version=6, episode_id=episode)
    overrides = [{"rule_id": "order.duplicate", "reason": "moves to the other facility"}]
    return await window.order(episode_id=episode, overrides=overrides, **terms)


async def test_a_dose_is_taken_out_of_its_lot(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.order()
    lot = {
        "medicine": "methadone",
        "lot_code": "A1",
        "expires_on": (window.today() + timedelta(days=90)).isoformat(),
        "quantity_mg": "40",
        "witness_id": str(WITNESS),
    }
    received = await window.call("POST", f"/v1/facilities/{window.home}/lots", lot)
    assert received.status_code == 201, received.text
    lot_id = UUID(received.json()["lot_id"])
    assert (await window.dose(order_id, "30", lot_id=lot_id)).status_code == 201
    assert (await window.dose(order_id, "15", lot_id=lot_id)).json()["code"] == "stock_short"
    assert await window.edge.value("select sum(amount_mg) from dose") == 30
    assert await window.edge.value("select sum(quantity_mg) from stock_entry") == 10
    assert (await window.dose(order_id, "10", lot_id=lot_id, facility_id=window.guest)).json()["code"] == "lot_mismatch"


@pytest.mark.parametrize(
    ("stated", "status", "code"),
    [
        ({"amount_mg": "0"}, 422, "request_invalid"),
        ({"amount_mg": "10", "drink": "water"}, 422, "request_invalid"),
        ({"amount_mg": "10", "facility_id": "north"}, 422, "request_invalid"),
    ],
)
async def test_a_dose_that_cannot_be_changes_nothing(
    open_edge: OpenEdge, stated: dict[str, str], status: int, code: str
) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.order()
    before = await window.edge.types()
    answer = await window.call("POST", f"/v1/orders/{order_id}/doses", stated)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await window.call("POST", f"/v1/orders/{new_id()}/doses", {"amount_mg": "5"})).status_code == 404
    by_prescriber = await window.call("POST", f"/v1/orders/{order_id}/doses", {"amount_mg": "5"}, role=Role.PRESCRIBER)
    assert by_prescriber.status_code == 403
    assert await window.edge.types() == before
