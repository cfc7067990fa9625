"""What journey and calendar have planned, each asked twice: a facility's week, an episode's weeks, a visit."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.scheduling.tests.program import MONDAY, ZONE, Patient, Program, open_program
from stepwell_contracts.activities import ActionResult, BookVisit, PlanEpisode, PlanWeek
from stepwell_kernel.codes import Modality, Phase, Role
from stepwell_kernel.errors import Unavailable
from stepwell_kernel.ids import new_id
from stepwell_scheduling.activities.planning import PlanningActivities
from stepwell_testing.plugin import OpenEdge

NEXT_MONDAY = MONDAY + timedelta(days=7)


async def plan_facility(program: Program, week: date) -> ActionResult:
    """The calendar's action, carried out twice."""
    message = PlanWeek(key=program.calendar(f"plan_week/{week}"), week_starts_on=week)
    activities = PlanningActivities(program.edge.transactions)
    first = await activities.plan_week(message)
    again = message.model_copy(update={"key": message.key.model_copy(update={"traceparent": "00-1"})})
    assert await activities.plan_week(again) == first
    return first


async def plan_episode(program: Program, patient: Patient, *, known_version: int = 2, cause: str = "c") -> ActionResult:
    """The journey's action, carried out twice."""
    message = PlanEpisode(key=program.action(patient, cause), known_version=known_version)
    activities = PlanningActivities(program.edge.transactions)
    first = await activities.plan_episode(message)
    assert await activities.plan_episode(message) == first
    return first


def local(day: int, at: time) -> datetime:
    """An instant in March 2026 at the facility."""
    return datetime.combine(date(2026, 3, day), at, ZoneInfo(ZONE))


async def book_visit(program: Program, patient: Patient, **changes: Any) -> ActionResult:
    """The journey's action, carried out twice: medication management from Tuesday to Friday, best on Wednesday."""
    message = BookVisit(
        key=program.action(patient),
        visit_id=new_id(),
        modality=Modality.MEDICATION_MANAGEMENT,
        minutes=30,
        not_before=local(3, time(0)),
        not_after=local(7, time(0)),
        target_day=date(2026, 3, 4),
    ).model_copy(update=changes)
    activities = PlanningActivities(program.edge.transactions)
    first = await activities.book_visit(message)
    assert await activities.book_visit(message) == first
    return first


async def planned(program: Program) -> list[tuple[UUID, str]]:
    """Episode and first day of the plannings."""
    rows = await program.edge.rows(
        "select episode_id, week_starts_on from week_plan order by week_starts_on, episode_id"
    )
    return [(row[0], row[1].isoformat()) for row in rows]


async def test_the_calendar_plans_each_ones_own_week(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable(NEXT_MONDAY)
    await program.timetable(NEXT_MONDAY + timedelta(days=7))
    from_monday = await program.treat()
    program.edge.clock.pass_by(days=2)
    from_wednesday = await program.treat()
    assert (await plan_facility(program, NEXT_MONDAY)).subject_id == program.facility
    assert await planned(program) == [(from_monday.episode, "2026-03-09"), (from_wednesday.episode, "2026-03-11")]
    assert (await program.edge.types()).count("week_planned") == 2
    groups = [begin for modality, begin in await program.booked(from_wednesday) if modality == "group_therapy"]
    assert groups == ["03-11 17:30", "03-13 17:30", "03-16 17:30"]


async def test_the_calendar_leaves_out_who_has_no_weeks_to_plan(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable(NEXT_MONDAY)
    held, unplanned = await program.treat(), await program.treat(program=program.outpatient, minutes=90)
    await program.enter(held, Phase.ON_HOLD, Phase.TREATMENT)
    document = program.document()
    document["programs"][1]["plans_weeks"] = False
    await program.call("PUT", f"/v1/facilities/{program.facility}/reference", document, role=Role.ADMINISTRATOR)
    assert (await plan_facility(program, NEXT_MONDAY)).accepted
    assert (await planned(program), await program.booked(unplanned)) == ([], [])


async def test_a_rule_that_changes_within_the_week_keeps_nobody_from_being_planned(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable(NEXT_MONDAY)
    await program.edge.rows(
        "update credential_rule set effective_to = '2026-03-12' where rule_id = 'credential.individual_therapy'"
    )
    await program.edge.rows(
        """insert into credential_rule (rule_id, version, jurisdiction, modality, roles, credentials, effective_from,
                                        source, approved_by)
           values ('credential.individual_therapy', 2, 'US', 'individual_therapy', '{supervisor}', '{}', '2026-03-12',
                   'a row of the test', 'test')"""
    )
    patient, other = await program.treat(), await program.treat()
    await program.available(patient, (3, "08:00", "20:30"))
    assert (await plan_facility(program, NEXT_MONDAY)).accepted
    assert {episode for episode, _ in await planned(program)} == {patient.episode, other.episode}
    assert "individual_therapy" not in {modality for modality, _ in await program.booked(patient)}


async def test_the_hardest_to_place_gets_the_last_seat_of_the_facility(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    document = program.document()
    document["groups"][1]["capacity"] = 1
    await program.call("PUT", f"/v1/facilities/{program.facility}/reference", document, role=Role.ADMINISTRATOR)
    await program.timetable(NEXT_MONDAY)
    easy, hard = await program.treat(), await program.treat()
    await program.available(hard, (1, "17:30", "18:30"))
    await plan_facility(program, NEXT_MONDAY)
    assert await program.booked(hard) == [("educational_workshop", "03-10 17:30")]
    assert "educational_workshop" not in {modality for modality, _ in await program.booked(easy)}


@pytest.mark.parametrize(
    ("at", "weeks"),
    [(time(11, 59), ["2026-03-05"]), (time(12), ["2026-03-05", "2026-03-12"])],
)
async def test_an_episode_is_planned_up_to_where_the_calendar_takes_over(
    open_edge: OpenEdge, at: time, weeks: list[str]
) -> None:
    """Weeks from Monday are planned on Thursday noon before: who enters on Thursday at noon has missed the next one."""
    program = await open_program(await open_edge("scheduling"))
    program.edge.clock.instant = local(5, at)
    await program.timetable(NEXT_MONDAY)
    patient = await program.treat()
    assert (await plan_episode(program, patient)).accepted
    assert [starts_on for _, starts_on in await planned(program)] == weeks
    groups = [begin for modality, begin in await program.booked(patient) if modality == "group_therapy"]
    assert groups[:2] == ["03-09 17:30", "03-11 17:30"]


async def test_an_episode_is_planned_once_its_phase_is_known_and_while_it_is_in_care(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patient = await program.treat()
    with pytest.raises(Unavailable, match="episode_not_known_yet"):
        await plan_episode(program, patient, known_version=3)
    await program.enter(patient, Phase.ON_HOLD, Phase.TREATMENT)
    refused = await plan_episode(program, patient, known_version=3)
    assert (refused.accepted, refused.code, refused.kind) == (False, "episode_not_in_care", "conflict")
    await program.enter(patient, Phase.TREATMENT, Phase.ON_HOLD)
    assert (await plan_episode(program, patient, known_version=4)).accepted
    assert await planned(program) == [(patient.episode, "2026-03-02")]


async def test_an_episode_of_a_program_without_planned_weeks_is_left_alone(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    document = program.document()
    document["programs"][0]["plans_weeks"] = False
    await program.call("PUT", f"/v1/facilities/{program.facility}/reference", document, role=Role.ADMINISTRATOR)
    patient = await program.treat()
    assert (await plan_episode(program, patient)).accepted
    assert await planned(program) == []


async def test_a_visit_is_booked_on_the_day_nearest_to_the_target(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    patient = await program.treat()
    result = await book_visit(program, patient)
    assert await program.booked(patient) == [("medication_management", "03-04 17:30")]
    assert result.subject_id == await program.edge.value("select booking_id from booking")
    assert (await program.edge.types())[-2:] == ["visit_scheduled", "appointment_booked"]


#: Medication management between Tuesday and Friday, best on Wednesday; by when the patient can come.
@pytest.mark.parametrize(
    ("windows", "changes", "booked"),
    [
        ([(1, "09:00", "12:00"), (3, "09:00", "12:00")], {}, "03-03 09:00"),
        ([(3, "09:00", "12:00")], {}, "03-05 09:00"),
        ([(2, "09:10", "10:00")], {}, "03-04 09:30"),
        ([(2, "09:10", "09:59")], {}, None),
        ([(0, "09:00", "12:00"), (4, "00:00", "23:59")], {"not_after": local(6, time(8, 30))}, "03-06 08:00"),
        ([(0, "09:00", "12:00"), (4, "00:00", "23:59")], {"not_after": local(6, time(8, 29))}, None),
        ([(1, "00:00", "23:59")], {"not_before": local(3, time(20))}, "03-03 20:00"),
        ([(1, "00:00", "23:59")], {"not_before": local(3, time(20, 1))}, None),
        ([(2, "09:00", "12:00")], {"not_after": local(2, time(9))}, None),
    ],
    ids=[
        "before",
        "after",
        "half-hour",
        "too short",
        "until the end",
        "over the end",
        "from the begin",
        "late",
        "over",
    ],
)
async def test_a_visit_is_booked_when_the_patient_can_come(
    open_edge: OpenEdge, windows: list[tuple[int, str, str]], changes: dict[str, Any], booked: str | None
) -> None:
    program = await open_program(await open_edge("scheduling"))
    patient = await program.treat()
    await program.available(patient, *windows)
    result = await book_visit(program, patient, **changes)
    expected = [("medication_management", booked)] if booked else []
    assert await program.booked(patient) == expected
    assert (result.accepted, result.code) == ((True, None) if booked else (False, "no_clinician_free"))


async def test_no_visit_is_made_on_a_holiday_of_the_facility(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    patient = await program.treat()
    await program.publish(facility=program.document()["facility"] | {"holidays": ["2026-03-04"]})
    assert (await book_visit(program, patient)).accepted
    assert await program.booked(patient) == [("medication_management", "03-03 17:30")]


async def test_two_visits_at_once_are_with_one_prescriber_one_after_the_other(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    first, second = await program.treat(), await program.treat()
    for patient in (first, second):
        assert (await book_visit(program, patient)).accepted
    assert await program.booked(first) == [("medication_management", "03-04 17:30")]
    assert await program.booked(second) == [("medication_management", "03-04 18:30")]


@pytest.mark.parametrize(
    ("phase", "modality", "code"),
    [
        (Phase.ON_HOLD, Modality.MEDICATION_MANAGEMENT, "episode_not_in_care"),
        (Phase.TREATMENT, Modality.GROUP_THERAPY, "not_a_visit"),
    ],
)
async def test_a_visit_that_cannot_be_is_refused_and_changes_nothing(
    open_edge: OpenEdge, phase: Phase, modality: Modality, code: str
) -> None:
    program = await open_program(await open_edge("scheduling"))
    patient = await program.treat()
    await program.enter(patient, phase, Phase.TREATMENT)
    result = await book_visit(program, patient, modality=modality)
    assert (result.accepted, result.code) == (False, code)
    assert await program.booked(patient) == []
