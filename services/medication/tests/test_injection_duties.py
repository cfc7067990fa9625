"""The next injection: its visit is asked for once and in time, and it is told once when its window has passed."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from services.medication.tests.pharmacy import PRESCRIBER, Pharmacy, open_pharmacy, phase_event
from stepwell_contracts.events.intake_decisions import DischargeDecided
from stepwell_contracts.events.medication_giving import InjectionGiven, InjectionOverdue
from stepwell_contracts.events.medication_orders import VisitNeeded
from stepwell_kernel.codes import DischargeReason, Phase, Role
from stepwell_kernel.local_time import resolve
from stepwell_medication.duties.call_for_injection import CallForInjection
from stepwell_medication.duties.note_overdue_injection import NoteOverdueInjection
from stepwell_postgres.duties import Duty
from stepwell_postgres.duty_runner import DutyHandler
from stepwell_testing.plugin import OpenEdge

ROUNDS = 15


async def visits(pharmacy: Pharmacy) -> list[VisitNeeded]:
    return [VisitNeeded.model_validate_json(body) for body in await pharmacy.events("visit_needed")]


async def overdue(pharmacy: Pharmacy) -> list[InjectionOverdue]:
    return [InjectionOverdue.model_validate_json(body) for body in await pharmacy.events("injection_overdue")]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def midnight(day: str) -> datetime:
    """The first instant of a local day in New York."""
    return resolve(datetime.fromisoformat(day), "America/New_York")


async def test_an_order_without_an_injection_asks_for_its_visit_at_once(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    assert [await pharmacy.run_due(), await pharmacy.run_due()] == [1, 0]
    (visit,) = await visits(pharmacy)
    assert (str(visit.order_id), visit.reason, visit.minutes) == (order_id, "injection", 30)
    assert (visit.not_before, visit.not_after) == (utc("2026-03-02T17:00"), utc("2026-03-06T05:00"))
    assert visit.target_day == date(2026, 3, 2)
    (told,) = [event for event in await pharmacy.edge.outbox() if event.type.split(".")[2] == "visit_needed"]
    assert (told.key, told.episode_id) == (str(pharmacy.patient), pharmacy.episode)
    assert told.cause == f"call_for_injection/{visit.visit_id}"
    pharmacy.at("2026-03-06T05:00")
    assert [await pharmacy.run_due(), await pharmacy.run_due()] == [1, 0]
    (late,) = await overdue(pharmacy)
    assert (late.due_on, late.late_after) == (date(2026, 3, 2), date(2026, 3, 5))


@pytest.mark.parametrize(
    ("medicine", "amount_mg", "called_on", "opens_on", "due_on", "passed_on"),
    [
        ("sublocade", 300, "2026-03-20", "2026-03-28", "2026-03-30", "2026-04-14"),
        ("brixadi_weekly", 24, "2026-03-04", "2026-03-07", "2026-03-09", "2026-03-12"),
        ("brixadi_monthly", 96, "2026-03-20", "2026-03-23", "2026-03-30", "2026-04-07"),
        ("naltrexone_xr", 380, "2026-03-20", "2026-03-27", "2026-03-30", "2026-04-07"),
    ],
)
async def test_the_next_visit_is_asked_for_ahead_and_a_missed_one_told(
    open_edge: OpenEdge, medicine: str, amount_mg: int, called_on: str, opens_on: str, due_on: str, passed_on: str
) -> None:
    """Each at the first instant of its local day, over the change to summer time."""
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order(medicine)
    await pharmacy.inject(order_id, amount_mg)
    assert await pharmacy.run_due() == 0
    for day in (called_on, passed_on):
        pharmacy.edge.clock.instant = midnight(day)
        pharmacy.edge.clock.pass_by(seconds=-1)
        assert await pharmacy.run_due() == 0
        pharmacy.edge.clock.pass_by(seconds=1)
        assert [await pharmacy.run_due(), await pharmacy.run_due()] == [1, 0]
    (visit,) = await visits(pharmacy)
    assert (visit.not_before, visit.not_after) == (midnight(opens_on), midnight(passed_on))
    assert visit.target_day == date.fromisoformat(due_on)
    (late,) = await overdue(pharmacy)
    assert (str(late.order_id), late.due_on) == (order_id, date.fromisoformat(due_on))
    assert late.rule_version == f"injection.window.{medicine}@1"


async def test_an_injection_replaces_what_was_waited_for(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("brixadi_weekly")
    assert await pharmacy.run_due() == 1
    for day in ("2026-03-02", "2026-03-09", "2026-03-16"):
        pharmacy.at(f"{day}T18:00")
        await pharmacy.run_due()
        assert (await pharmacy.inject(order_id, 24, side="left" if day.endswith("09") else "right")).status_code == 201
    pharmacy.at("2026-03-18T18:00")
    await pharmacy.run_due()
    assert [visit.target_day.day for visit in await visits(pharmacy)] == [2, 9, 16, 23]
    assert len({visit.visit_id for visit in await visits(pharmacy)}) == 4
    assert await overdue(pharmacy) == []
    states = "select kind, state, count(*) from duty where kind like '%injection' group by kind, state"
    assert {tuple(row) for row in await pharmacy.edge.rows(states)} == {
        ("call_for_injection", "done", 4),
        ("note_overdue_injection", "cancelled", 3),
        ("note_overdue_injection", "due", 1),
    }


async def test_after_downtime_each_is_told_once_and_the_visit_is_soon(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    await pharmacy.inject(order_id, 300)
    pharmacy.at("2026-05-01T17:00")
    assert [await pharmacy.run_due(), await pharmacy.run_due()] == [2, 0]
    (visit,) = await visits(pharmacy)
    assert (visit.not_before, visit.target_day) == (utc("2026-05-01T17:00"), date(2026, 5, 1))
    assert visit.not_after == utc("2026-05-05T04:00")
    assert len(await overdue(pharmacy)) == 1


async def test_a_missed_extra_dose_leads_back_to_the_regular_window(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("brixadi_weekly")
    await pharmacy.inject(order_id, 16, new_start=True)
    assert await pharmacy.run_due() == 1
    (extra,) = await visits(pharmacy)
    assert (extra.not_before, extra.not_after) == (utc("2026-03-03T17:00"), utc("2026-03-06T05:00"))
    pharmacy.at("2026-03-06T05:00")
    assert await pharmacy.run_due() == 1
    assert [late.late_after for late in await overdue(pharmacy)] == [date(2026, 3, 5)]
    assert await pharmacy.run_due() == 1
    assert [visit.target_day for visit in await visits(pharmacy)] == [date(2026, 3, 3), date(2026, 3, 9)]
    due = (await pharmacy.get(f"/v1/orders/{order_id}/injections")).json()["due"]
    assert (due["due_on"], due["late_after"], due["is_overdue"]) == ("2026-03-09", "2026-03-11", False)


@pytest.mark.parametrize("way", ["end", "death"])
async def test_an_order_that_is_over_waits_for_nothing(open_edge: OpenEdge, way: str) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    await pharmacy.inject(order_id, 300)
    if way == "end":
        await pharmacy.post(f"/v1/orders/{order_id}/end", {"reason": "completed"}, role=Role.PRESCRIBER)
    else:
        await pharmacy.tell((death_event(pharmacy), pharmacy.patient, pharmacy.episode), version=6)
        await pharmacy.tell((phase_event(pharmacy, Phase.CLOSED), pharmacy.patient, pharmacy.episode), version=7)
    pharmacy.at("2026-05-01T17:00")
    assert await pharmacy.run_due() == 0
    assert (await visits(pharmacy), await overdue(pharmacy)) == ([], [])
    assert await pharmacy.edge.value("select count(*) from injection_due") == 0


async def test_a_change_of_level_stops_nothing(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    await pharmacy.tell((phase_event(pharmacy, Phase.STEP_DOWN), pharmacy.patient, pharmacy.episode), version=6)
    assert await pharmacy.run_due() == 1
    assert (await pharmacy.inject(order_id, 300)).status_code == 201


async def test_a_duty_of_a_former_window_does_nothing(open_edge: OpenEdge) -> None:
    """As when an injection is given between the reading of what is due and its running."""
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    rows = await pharmacy.edge.rows("select * from duty where kind like '%injection'")
    duties = [Duty(r["kind"], r["key"], r["tenant_id"], r["due_at"], {"order_id": order_id}, 0) for r in rows]
    await pharmacy.inject(order_id, 300)
    await pharmacy.edge.rows("update duty set state = 'due' where state = 'cancelled'")
    handlers: dict[str, DutyHandler] = {
        "call_for_injection": CallForInjection(pharmacy.edge.transactions),
        "note_overdue_injection": NoteOverdueInjection(pharmacy.edge.transactions),
    }
    for duty in duties:
        await handlers[duty.kind](duty)
    assert (await visits(pharmacy), await overdue(pharmacy)) == ([], [])
    ended = await pharmacy.edge.rows("select error_code from duty where state = 'done'")
    assert [row["error_code"] for row in ended] == ["superseded", "superseded"]


async def test_an_injection_races_its_own_overdue_notice(open_edge: OpenEdge) -> None:
    """Whoever is first: the notice comes before the injection or not at all, and the next window is waited for."""
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("naltrexone_xr")
    await pharmacy.inject(order_id, 380)
    for number in range(1, ROUNDS):
        pharmacy.edge.clock.pass_by(days=36)
        before = len(await pharmacy.edge.outbox())
        _, given = await asyncio.gather(pharmacy.run_due(), pharmacy.inject(order_id, 380))
        assert (given.status_code, given.json()["timing"], given.json()["dose_number"]) == (201, "late", number + 1)
        told = [kind for kind in (await pharmacy.edge.types())[before:] if kind != "visit_needed"]
        assert told in (["injection_overdue", "injection_given"], ["injection_given"])
        due = (await pharmacy.get(f"/v1/orders/{order_id}/injections")).json()["due"]
        assert (due["due_on"], due["is_overdue"]) == (given.json()["next_due_on"], False)


async def test_two_nurses_do_not_give_the_same_injection(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    answers = await asyncio.gather(*(pharmacy.inject(order_id, 300) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert {answer.json().get("code") for answer in answers} == {None, "injection_too_early"}
    assert len([InjectionGiven.model_validate_json(body) for body in await pharmacy.events("injection_given")]) == 1


async def test_nurses_see_what_can_be_given_and_prescribers_what_is_late(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("naltrexone_xr")
    assert ("injection_due", order_id) in await pharmacy.waiting(Role.NURSE)
    await pharmacy.inject(order_id, 380)
    seen = {}
    for instant in ("2026-03-27T03:59", "2026-03-27T04:00", "2026-04-07T04:00"):
        pharmacy.at(instant)
        await pharmacy.run_due()
        nurse, prescriber = await pharmacy.waiting(Role.NURSE), await pharmacy.waiting(Role.PRESCRIBER)
        seen[instant] = [[row for row in rows if row[1] == order_id] for rows in (nurse, prescriber)]
    assert seen == {
        "2026-03-27T03:59": [[], []],
        "2026-03-27T04:00": [[("injection_due", order_id)], []],
        "2026-04-07T04:00": [[("injection_overdue", order_id)], [("injection_overdue", order_id)]],
    }


def death_event(pharmacy: Pharmacy) -> DischargeDecided:
    """The patient died."""
    return DischargeDecided(
        episode_id=pharmacy.episode,
        reason=DischargeReason.DEATH,
        last_contact_on=date(2026, 3, 2),
        decided_by=PRESCRIBER,
    )
