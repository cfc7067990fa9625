"""Two windows and one patient at the same moment: never two doses, never a dose after a hold."""

import asyncio

from services.medication.tests.dosing_window import Window, open_window
from services.medication.tests.test_doses import second_order
from stepwell_testing.plugin import OpenEdge

ROUNDS = 50


async def told_since(window: Window, version: int) -> list[str]:
    """Types of the patient's events after a version, in order."""
    events = [event for event in await window.edge.outbox() if event.version > version]
    return [event.type.split(".")[2] for event in sorted(events, key=lambda event: event.version)]


async def test_two_facilities_never_give_two_doses(open_edge: OpenEdge) -> None:
    """Every other round the second dose is asked for under an order of the other facility."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    other_id = await second_order(window, daily_mg="30")
    for number in range(ROUNDS):
        await window.next_day()
        after = (await window.edge.outbox())[-1].version
        second = (order_id, "80") if number % 2 else (other_id, "30")
        answers = await asyncio.gather(
            window.dose(order_id, "80", facility_id=window.home),
            window.dose(*second, facility_id=window.guest),
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        refused = next(answer.json()["code"] for answer in answers if answer.status_code == 409)
        assert refused in {"daily_dose_exceeded", "dosed_under_another_order"}
        assert await told_since(window, after) == ["dose_observed"]
    assert await window.edge.value("select count(*) from dose") == 10 + ROUNDS


async def test_no_dose_follows_a_hold(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    path = f"/v1/episodes/{window.episode_id}/dosing-holds"
    for _ in range(ROUNDS):
        await window.next_day()
        after = (await window.edge.outbox())[-1].version
        dose, held = await asyncio.gather(
            window.dose(order_id, "80", facility_id=window.guest),
            window.call("POST", path, {"reason": "medical_concern"}),
        )
        assert held.status_code == 201
        told = await told_since(window, after)
        assert told == (["dose_observed", "dosing_held"] if dose.status_code == 201 else ["dosing_held"])
        assert (await window.dose(order_id, "80")).json()["code"] == "dosing_held"
        assert (await window.lift(held.json()["hold_id"])).status_code == 200
        if dose.status_code == 409:
            assert dose.json()["code"] == "dosing_held"
            assert (await window.dose(order_id, "80")).status_code == 201
