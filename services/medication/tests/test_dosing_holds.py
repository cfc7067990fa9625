"""Dosing holds over HTTP, and the queues in which people see them."""

from typing import Any

import pytest

from services.medication.tests.dosing_window import NURSE, Window, open_window
from services.medication.tests.test_doses import second_order
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge


async def hold(window: Window, reason: str, role: Role = Role.NURSE, key: str = "") -> Any:
    path = f"/v1/episodes/{window.episode_id}/dosing-holds"
    answer = await window.call("POST", path, {"reason": reason}, role=role, key=key)
    return {"status": answer.status_code, **answer.json()}


async def test_a_hold_stops_every_order_of_the_patient_everywhere(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.order(take_home_days=7)
    elsewhere = await second_order(window)
    placed = await hold(window, "diversion_concern", key="h")
    assert placed["status"] == 201
    assert await hold(window, "diversion_concern", key="h") == placed
    assert (await hold(window, "diversion_concern"))["code"] == "already_held"
    assert (await hold(window, "medical_concern", Role.PRESCRIBER))["status"] == 201
    for order in (order_id, elsewhere):
        refused = await window.dose(order, "10", facility_id=window.guest)
        assert (refused.status_code, refused.json()["code"]) == (409, "dosing_held")
        assert len(refused.json()["fields"]) == 2
        assert (await window.hand_out(order, window.today(), 1)).json()["code"] == "dosing_held"
    assert (await window.edge.types())[-2:] == ["dosing_held", "dosing_held"]
    assert await window.edge.value("select count(*) from dose") == 0


async def test_only_a_prescriber_lifts_and_every_hold_must_be_lifted(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.order()
    first = (await hold(window, "medical_concern"))["hold_id"]
    second = (await hold(window, "prescriber_decision", Role.PRESCRIBER))["hold_id"]
    by_nurse = await window.call("POST", f"/v1/dosing-holds/{first}/lift", {})
    assert by_nurse.status_code == 403
    assert (await window.lift(first, daily_mg="30")).json()["code"] == "daily_dose_not_asked_for"
    override = {"rule_id": "methadone.qtc_stop", "reason": "nothing was found"}
    assert (await window.lift(first, overrides=[override])).json()["code"] == "override_without_finding"
    assert (await window.lift(first)).status_code == 200
    assert (await window.dose(order_id, "10")).json()["code"] == "dosing_held"
    lifted = await window.call("POST", f"/v1/dosing-holds/{second}/lift", {}, role=Role.PRESCRIBER, key="l")
    again = await window.call("POST", f"/v1/dosing-holds/{second}/lift", {}, role=Role.PRESCRIBER, key="l")
    assert again.content == lifted.content
    assert (await window.dose(order_id, "10")).status_code == 201
    assert (await window.lift(str(new_id()))).status_code == 404
    stranger = window.app.person(new_id(), Role.PRESCRIBER, tenant=OTHER_TENANT)
    path = f"/v1/dosing-holds/{second}/lift"
    assert (await window.app.call("POST", path, {}, token=stranger, key="s")).status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [({"reason": "missed_doses"}, "request_invalid"), ({}, "request_invalid"), ({"reason": "rude"}, "request_invalid")],
)
async def test_a_hold_that_cannot_be_is_refused(open_edge: OpenEdge, body: dict[str, str], code: str) -> None:
    """A hold for missed doses is computed, never placed by hand."""
    window = await open_window(await open_edge("medication"))
    path = f"/v1/episodes/{window.episode_id}/dosing-holds"
    assert (await window.call("POST", path, body)).json()["code"] == code
    unknown = await window.call("POST", f"/v1/episodes/{new_id()}/dosing-holds", {"reason": "sedated"})
    assert unknown.json()["code"] == "episode_not_known_yet"
    assert await window.edge.outbox() == []


async def test_a_sedated_patient_gets_no_dose_and_is_held(open_edge: OpenEdge) -> None:
    """The refusal is an error, the hold that it tells of is committed; a repeat finds the same."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.order()
    before = await window.edge.types()
    first = await window.dose(order_id, "10", sedated=True, facility_id=window.guest, key="d1")
    assert (first.status_code, first.json()["code"]) == (409, "dosing_held")
    again = await window.dose(order_id, "10", sedated=True, facility_id=window.guest, key="d1")
    anew = await window.dose(order_id, "10", sedated=True)
    assert again.json()["fields"] == first.json()["fields"] == anew.json()["fields"]
    assert await window.edge.types() == [*before, "dosing_held"]
    assert (await window.dose(order_id, "10")).json()["code"] == "dosing_held"
    [row] = await window.edge.rows("select reason, placed_by, facility_id, lifted_at from dosing_hold")
    assert tuple(row) == ("sedated", NURSE, window.home, None)


async def test_the_queues_show_who_is_due_missed_and_held(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.order(take_home_days=28)
    switch = [{"rule_id": "interaction.methadone_buprenorphine", "reason": "switch"}]
    at_home = await window.order("buprenorphine_naloxone_sl", overrides=switch)
    waiting = {("dose", order_id), ("dose", at_home)}
    assert set(await window.worklist(Role.NURSE)) == waiting
    for order in (order_id, at_home):
        assert (await window.dose(order, "4")).status_code == 201
    assert await window.worklist(Role.NURSE) == []
    queue = await window.queue()
    given = [(row["order_id"], row["given_today_mg"], row["days_missed"], row["holds"]) for row in queue["orders"]]
    assert sorted(given) == sorted([(order_id, "4.00", 0, []), (at_home, "4.00", 0, [])])
    await window.change(order_id, daily_mg="30", overrides=switch)
    await window.next_day()
    assert await window.worklist(Role.NURSE) == [("dose", order_id)]
    await window.next_day()
    assert await window.worklist(Role.NURSE) == [("dose_missed", order_id)]
    [row] = (await window.queue())["orders"]
    assert (row["daily_mg"], row["given_today_mg"], row["days_missed"], row["step"]) == ("30.00", "0", 1, "usual_dose")
    held = (await hold(window, "medical_concern"))["hold_id"]
    assert await window.worklist(Role.NURSE) == [("dose_held", order_id)]
    assert await window.worklist(Role.PRESCRIBER) == [("dosing_hold", held)]
    [row] = (await window.queue())["orders"]
    assert row["holds"] == ["medical_concern"]
    assert (await window.lift(held)).status_code == 200
    assert (await window.dose(order_id, "30")).status_code == 201
    tomorrow = window.today().replace(day=window.today().day + 1)
    assert (await window.hand_out(order_id, tomorrow, 1)).status_code == 201
    await window.next_day()
    assert (await window.queue())["orders"] == []
    assert await window.worklist(Role.NURSE) == []
    stranger = window.app.person(new_id(), Role.COUNSELOR)
    path = f"/v1/facilities/{window.home}/dosing-queue"
    assert (await window.app.call("GET", path, token=stranger)).status_code == 403
