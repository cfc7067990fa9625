"""Facilities over HTTP: who is in care, seats of the local week, waits, places, and the census over time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.operations.tests.clinical_events import transfer
from services.operations.tests.episode_events import INTENSIVE, OUTPATIENT, Episode, into_treatment
from services.operations.tests.network_events import Timetable, clinic, seat, stop_waiting, wait_for
from services.operations.tests.open_console import FACILITY, OTHER_FACILITY, project
from services.operations.tests.whole_api import told
from stepwell_kernel.codes import AgeBand, Phase, Role, TaskKind
from stepwell_kernel.ids import new_id
from stepwell_operations.api.facilities import facilities_router
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge

GROUP, WORKSHOP = (UUID(f"0193a000-0000-7000-8000-00000000003{number}") for number in (1, 2))


async def answer_to(edge: ServiceEdge, path: str, **params: str) -> Any:
    app = edge.app(facilities_router)
    return await told(app, app.person(new_id(), Role.NURSE), path, **params)


@dataclass(frozen=True)
class Week:
    """A week at a facility: what was made of it, by name."""

    today: UUID
    last: UUID
    gone: UUID
    visit: UUID
    wait: UUID
    waiting: Episode


async def a_week(edge: ServiceEdge) -> Week:
    """Sessions today, on Sunday night and a week later, one cancelled, a visit; one treated, one held, one waiting."""
    now = edge.clock.now()
    timetable = Timetable(FACILITY, now)
    sunday_night = datetime(2026, 3, 9, 3, tzinfo=UTC)
    today, last = timetable.meet(GROUP, now + timedelta(hours=1), 8), timetable.meet(GROUP, sunday_night, 10)
    timetable.meet(GROUP, sunday_night + timedelta(hours=1))
    gone = timetable.meet(GROUP, now + timedelta(days=1))
    timetable.cancel(gone, now + timedelta(days=1))
    visit = timetable.visit(now + timedelta(hours=2))
    here, held, waiting = (into_treatment(Episode(FACILITY, now - timedelta(days=5))) for _ in range(3))
    for session in (today, last, visit):
        seat(here, session, now)
    held.cancel(seat(held, today, now))
    held.enter(Phase.ON_HOLD)
    waiting.enter(Phase.WAITLISTED)
    stop_waiting(waiting, wait_for(waiting, WORKSHOP), WORKSHOP)
    wait = wait_for(waiting, GROUP)
    here.open_task(TaskKind.PLAN_SIGNATURE, Role.COUNSELOR, days=1)
    here.open_task(TaskKind.PLAN_REVIEW, Role.COUNSELOR, days=9)
    about = clinic(FACILITY, "Riverbend Center", now, [(GROUP, 8, AgeBand.ADULT)])
    await project(edge, [*about, *timetable.incoming, *here.incoming, *held.incoming, *waiting.incoming])
    return Week(today, last, gone, visit, wait, waiting)


async def test_facilities_are_told_with_care_seats_and_open_work(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    await a_week(edge)
    (row,) = (await answer_to(edge, "/v1/facilities"))["facilities"]
    assert row == {
        "facility_id": str(FACILITY),
        "neutral_name": "Riverbend Center",
        "zone": "America/New_York",
        "in_care": 1,
        "places": 8,
        "on_hold": 1,
        "waitlisted": 1,
        "waiting_for_group": 1,
        "seats_offered": 18,
        "seats_taken": 2,
        "sessions_today": 2,
        "open_tasks": 2,
        "overdue_tasks": 1,
    }
    assert (await answer_to(edge, f"/v1/facilities/{FACILITY}"))["facility"] == row


async def test_a_facility_is_told_with_programs_sessions_and_waits(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    week = await a_week(edge)
    view = await answer_to(edge, f"/v1/facilities/{FACILITY}")
    assert view["week_starts_on"] == "2026-03-02"
    assert [(one["session_id"], one["taken"], one["capacity"], one["state"]) for one in view["sessions"]] == [
        (str(week.today), 1, 8, "scheduled"),
        (str(week.visit), 1, 1, "scheduled"),
        (str(week.gone), 0, 10, "cancelled"),
        (str(week.last), 1, 10, "scheduled"),
    ]
    assert {one["program_id"] for one in view["sessions"]} == {str(INTENSIVE)}
    assert [(one["topic"], one["setting"]) for one in view["sessions"][:2]] == [
        ("life_skills", "on_site"),
        (None, "video"),
    ]
    waits = [(one["waitlist_id"], one["episode_id"]) for one in view["waits"]]
    assert waits == [(str(week.wait), str(week.waiting.episode_id))]
    assert [(one["program_type"], one["in_care"], one["places"]) for one in view["programs"]] == [
        ("IOP", 1, 8),
        ("OP", 0, 0),
    ]
    assert view["census"][-1] == {"day": "2026-03-02", "phases": {"on_hold": 1, "treatment": 1, "waitlisted": 1}}


async def test_a_local_week_is_that_in_which_a_day_lies(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    await a_week(edge)
    following = await answer_to(edge, f"/v1/facilities/{FACILITY}", week="2026-03-11")
    assert following["week_starts_on"] == "2026-03-09"
    assert [one["starts_at"] for one in following["sessions"]] == ["2026-03-09T04:00:00Z"]


@pytest.mark.parametrize(("week", "begins"), [("2000-01-01", "1999-12-27"), ("2199-12-31", "2199-12-30")])
async def test_the_first_and_the_last_week_that_may_be_asked_for(open_edge: OpenEdge, week: str, begins: str) -> None:
    edge = await open_edge("operations")
    await a_week(edge)
    assert (await answer_to(edge, f"/v1/facilities/{FACILITY}", week=week))["week_starts_on"] == begins


@pytest.mark.parametrize("week", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31", "soon"])
async def test_a_week_beyond_all_calendars_is_refused_by_name(open_edge: OpenEdge, week: str) -> None:
    edge = await open_edge("operations")
    await a_week(edge)
    app = edge.app(facilities_router)
    token = app.person(new_id(), Role.NURSE)
    answer = await app.call("GET", f"/v1/facilities/{FACILITY}", token=token, params={"week": week})
    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert [one["path"] for one in answer.json()["fields"]] == ["query.week"]


@pytest.mark.parametrize(
    ("groups", "places"),
    [
        ([], 0),
        ([(10, None)], 10),
        ([(10, AgeBand.ADULT), (12, AgeBand.ADULT)], 10),
        ([(10, AgeBand.ADULT), (8, AgeBand.ADOLESCENT)], 18),
        ([(10, AgeBand.ADULT), (8, AgeBand.ADOLESCENT), (9, None)], 17),
        ([(10, None), (12, None)], 10),
    ],
)
async def test_the_smallest_group_that_a_patient_must_sit_in_bounds_the_places(
    open_edge: OpenEdge, groups: list[tuple[int, AgeBand | None]], places: int
) -> None:
    edge = await open_edge("operations")
    each = [(new_id(), capacity, band) for capacity, band in groups]
    await project(edge, clinic(FACILITY, "Riverbend Center", edge.clock.now(), each))
    programs = (await answer_to(edge, f"/v1/facilities/{FACILITY}"))["programs"]
    assert {one["program_type"]: one["places"] for one in programs} == {"IOP": places, "OP": 0}


async def test_the_census_counts_where_episodes_stood_as_local_days_ended(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    now = edge.clock.now()
    late_evening = datetime(2026, 2, 28, 4, 30, tzinfo=UTC)
    moved = Episode(FACILITY, late_evening).refer()
    moved.later(hours=1).enter(Phase.SCREENING)
    moved.later(hours=12).enter(Phase.ADMISSION).later(hours=1).enter(Phase.TREATMENT)
    transfer(moved.later(days=1), OTHER_FACILITY, OUTPATIENT)
    long_ago = Episode(FACILITY, now - timedelta(days=200)).refer()
    declined = Episode(FACILITY, now - timedelta(days=200)).refer()
    declined.later(days=1).enter(Phase.CLOSED)
    future = Episode(FACILITY, now + timedelta(minutes=1)).refer()
    about = [*clinic(FACILITY, "A", now), *clinic(OTHER_FACILITY, "B", now)]
    happened = [one for episode in (moved, long_ago, declined, future) for one in episode.incoming]
    await project(edge, [*about, *happened])
    census = {one["day"]: one["phases"] for one in (await answer_to(edge, f"/v1/facilities/{FACILITY}"))["census"]}
    assert len(census) == 60
    assert (min(census), max(census)) == (str(date(2026, 1, 2)), "2026-03-02")
    assert census["2026-02-26"] == {"referral": 1}
    assert census["2026-02-27"] == {"referral": 2}
    assert census["2026-02-28"] == {"referral": 1, "treatment": 1}
    assert census["2026-03-01"] == {"referral": 1}
    assert census["2026-03-02"] == {"referral": 1}
    there = (await answer_to(edge, f"/v1/facilities/{OTHER_FACILITY}"))["census"]
    assert [one["phases"] for one in there[-3:]] == [{}, {"treatment": 1}, {"treatment": 1}]


async def test_a_facility_that_is_not_there_is_not_found(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    app = edge.app(facilities_router)
    answer = await app.call("GET", f"/v1/facilities/{FACILITY}", token=app.person(new_id(), Role.NURSE))
    assert (answer.status_code, answer.json()["code"]) == (404, "facility_not_found")
