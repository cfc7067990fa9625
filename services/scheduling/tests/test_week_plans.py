"""Weekly plans over HTTP: what a week gets, what is told of what it does not get, and that planning again is harmless.

Floors of 9 h for adults and 6 h for adolescents: ASAM Criteria, 3rd ed.; SAMHSA advisory on intensive outpatient care.
"""

import asyncio
import json
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.scheduling.tests.program import MONDAY, Patient, Program, open_program
from stepwell_contracts.activities import CloseWeek, ReplaceBookings
from stepwell_contracts.events.intake_clinical import PlanSigned, PrescribedSessions
from stepwell_kernel.codes import AgeBand, Modality, Phase, Role, TreatmentPart
from stepwell_kernel.ids import new_id
from stepwell_scheduling.activities.journey import SchedulingActivities
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

FULL_WEEK = [
    ("group_therapy", "03-02 17:30"),
    ("individual_therapy", "03-02 19:30"),
    ("educational_workshop", "03-03 17:30"),
    ("medication_management", "03-03 18:30"),
    ("family_therapy", "03-03 19:00"),
    ("group_therapy", "03-04 17:30"),
    ("group_therapy", "03-06 17:30"),
]

RULES = [
    "hours.2.1/1",
    "mix.2.1.stabilize/1",
    "day_hours/1",
    "hours_of_day.evening/1",
    "hours_of_day.visit/1",
    "hours_of_day.visit.saturday/1",
]


async def told(program: Program) -> list[dict[str, Any]]:
    """The week_planned events, in order."""
    return [json.loads(event.payload) for event in await program.edge.outbox() if "week_planned" in event.type]


async def closed(program: Program, patient: Patient) -> tuple[int, str | None]:
    """What the first week required when it was closed, and by which rule."""
    message = CloseWeek(key=program.action(patient), week_starts_on=MONDAY)
    assert (await SchedulingActivities(program.edge.transactions).close_week(message)).accepted
    (week,) = (await program.call("GET", f"/v1/episodes/{patient.episode}/weeks", role=Role.COUNSELOR)).json()["weeks"]
    return week["required_minutes"], week["hours_rule"]


def gaps(made: dict[str, Any]) -> dict[str | None, tuple[str, int]]:
    """Reason and minutes of the gaps, by modality."""
    return {gap["modality"]: (gap["reason"], gap["minutes"]) for gap in made["plan"]["gaps"]}


async def test_a_week_gets_its_hours_in_all_five_modalities(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patient = await program.treat()
    made = await program.plan(patient)
    assert await program.booked(patient) == FULL_WEEK
    assert {modality for modality, _ in FULL_WEEK} == set(Modality)
    assert (made["dry_run"], len(made["sessions"])) == (False, 7)
    plan = made["plan"]
    assert (plan["required_minutes"], plan["planned_minutes"], plan["shortfall_minutes"]) == (540, 560, 0)
    assert (plan["missing"], plan["gaps"], plan["booked"]) == ([], [], 7)
    assert plan["rules"] == RULES
    (event,) = await told(program)
    assert (event["plan_id"], event["planned_minutes"], event["booked"]) == (plan["plan_id"], 560, 7)
    assert event["rule_version"] == ",".join(RULES)
    types = await program.edge.types()
    assert (types.count("appointment_booked"), types.count("visit_scheduled")) == (7, 3)
    listed = await program.call("GET", f"/v1/episodes/{patient.episode}/week-plans", role=Role.COUNSELOR)
    assert listed.json()["plans"] == [plan]


async def test_planning_again_books_only_what_is_missing(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patient = await program.treat()
    body = {"week_starts_on": MONDAY.isoformat()}
    path = f"/v1/episodes/{patient.episode}/week-plan"
    first = await program.call("POST", path, body, key="same")
    repeat = await program.call("POST", path, body, key="same")
    assert (first.status_code, first.content) == (201, repeat.content)
    assert (await program.plan(patient))["plan"]["booked"] == 0
    assert await program.booked(patient) == FULL_WEEK
    cancelled = first.json()["sessions"][5]["session_id"]
    (booking,) = await program.edge.rows("select booking_id from booking where session_id = $1", UUID(cancelled))
    await program.call("POST", f"/v1/bookings/{booking[0]}/cancellation", {"reason_code": "patient_asked"})
    assert gaps(await program.plan(patient)) == {"group_therapy": ("not_available", 100)}
    other = await program.meet(program.therapy, MONDAY + timedelta(days=3))
    assert [one["session_id"] for one in (await program.plan(patient))["sessions"]] == [other]
    assert [event["booked"] for event in await told(program)] == [7, 0, 0, 1]


async def test_a_dry_run_tells_the_same_and_books_nothing(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patient = await program.treat()
    dry = await program.plan(patient, dry_run=True)
    assert (await program.booked(patient), await told(program)) == ([], [])
    assert await program.edge.value("select count(*) from week_plan") == 0
    made = await program.plan(patient)
    assert (dry["dry_run"], dry["sessions"]) == (True, made["sessions"])
    same = set(made["plan"]) - {"plan_id"}
    assert {key: dry["plan"][key] for key in same} == {key: made["plan"][key] for key in same}


@pytest.mark.parametrize(
    ("age_band", "prescribed", "required"),
    [
        (AgeBand.ADOLESCENT, 359, 360),
        (AgeBand.ADOLESCENT, 360, 360),
        (AgeBand.ADOLESCENT, 361, 361),
        (AgeBand.ADULT, 360, 540),
        (AgeBand.ADULT, 541, 541),
    ],
)
async def test_the_floor_is_that_of_the_level_and_age_when_a_week_is_planned_and_when_it_is_closed(
    open_edge: OpenEdge, age_band: AgeBand, prescribed: int, required: int
) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patient = await program.treat(age_band=age_band, minutes=prescribed)
    made = await program.plan(patient)
    assert made["plan"]["required_minutes"] == required
    assert (made["plan"]["shortfall_minutes"], made["plan"]["gaps"]) == (0, [])
    assert await closed(program, patient) == (required, "hours.2.1/1")


async def test_out_of_care_a_week_is_closed_with_what_is_prescribed(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    patient = await program.treat()
    await program.enter(patient, Phase.ON_HOLD, Phase.TREATMENT, minutes=90)
    assert await closed(program, patient) == (90, None)


async def test_a_week_whose_availability_is_too_small_is_short_for_that_reason(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patient = await program.treat()
    await program.available(patient, (1, "17:30", "19:30"), (2, "19:00", "19:29"), blocked_by=["work"])
    made = await program.plan(patient)
    assert await program.booked(patient) == [
        ("educational_workshop", "03-03 17:30"),
        ("individual_therapy", "03-03 18:30"),
    ]
    assert gaps(made) == {
        "group_therapy": ("not_available", 340),
        "medication_management": ("not_available", 30),
        "family_therapy": ("not_available", 50),
    }
    assert made["plan"]["missing"] == ["group_therapy", "medication_management", "family_therapy"]
    assert (made["plan"]["planned_minutes"], made["plan"]["shortfall_minutes"]) == (120, 420)
    (event,) = await told(program)
    assert (event["gaps"], event["shortfall_minutes"]) == (["not_available"], 420)


async def test_each_reason_for_a_gap(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    document = program.document()
    document["groups"][0]["capacity"] = 1
    document["staff"] = [one for one in document["staff"] if one["roles"] != ["prescriber"]]
    await program.call("PUT", f"/v1/facilities/{program.facility}/reference", document, role=Role.ADMINISTRATOR)
    await program.edge.rows("delete from staff where staff_id = $1", program.prescriber)
    await program.timetable(skip=[1])
    await program.plan(await program.treat())
    made = await program.plan(await program.treat())
    assert gaps(made) == {
        "group_therapy": ("no_seat", 340),
        "educational_workshop": ("no_session", 60),
        "medication_management": ("no_clinician", 30),
    }


async def test_the_signed_mix_goes_before_that_of_the_program(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patient = await program.treat()
    mix = (
        PrescribedSessions(modality=Modality.GROUP_THERAPY, sessions=3, minutes=120),
        PrescribedSessions(modality=Modality.INDIVIDUAL_THERAPY, sessions=2, minutes=60),
    )
    plan_id = new_id()
    await program.tell(patient, PlanSigned(episode_id=patient.episode, plan_id=plan_id, signed_by=new_id(), mix=mix))
    made = await program.plan(patient)
    assert [modality for modality, _ in await program.booked(patient)].count("individual_therapy") == 2
    assert made["plan"]["rules"][1] == f"plan/{plan_id}"
    assert gaps(made) == {None: ("prescribed_too_little", 60)}
    await program.tell(patient, PlanSigned(episode_id=patient.episode, plan_id=new_id(), signed_by=new_id()))
    assert (await program.plan(patient))["plan"]["rules"][1] == "mix.2.1.stabilize/1"


async def test_what_is_had_every_other_week_is_left_out_of_the_next_unless_it_was_missed(
    open_edge: OpenEdge,
) -> None:
    program = await open_program(await open_edge("scheduling"))
    first, second = MONDAY, MONDAY + timedelta(days=7)
    await program.timetable(first)
    await program.timetable(second)
    patient = await program.treat()
    await program.plan(patient, first)
    dry = await program.plan(patient, second, dry_run=True)
    assert "family_therapy" not in {one["modality"] for one in dry["sessions"]}
    (booking,) = await program.edge.rows(
        "select booking_id from booking join session using (session_id) where modality = 'family_therapy'"
    )
    program.edge.clock.pass_by(days=3)
    missed = {"state": "unexcused_noshow", "minutes": 0}
    path = f"/v1/bookings/{booking[0]}/attendance"
    assert (await program.call("PUT", path, missed, role=Role.COUNSELOR)).status_code == 200
    made = await program.plan(patient, second)
    assert "family_therapy" in {one["modality"] for one in made["sessions"]}


async def test_the_running_week_is_planned_from_now_on(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patient = await program.treat()
    program.edge.clock.pass_by(days=2)
    made = await program.plan(patient)
    assert [begin for _, begin in await program.booked(patient) if begin < "03-04 12:00"] == []
    assert gaps(made) == {"group_therapy": ("no_session", 100), "educational_workshop": ("no_session", 60)}


async def test_local_times_stay_over_the_clock_change_and_each_tenant_has_its_own(open_edge: OpenEdge) -> None:
    """Clocks go forward on Sunday 8 March 2026, inside the first week in New York and in Los Angeles."""
    edge = await open_edge("scheduling")
    east = await open_program(edge)
    west = await open_program(edge, tenant=OTHER_TENANT, zone="America/Los_Angeles")
    for program in (east, west):
        for week in (MONDAY, MONDAY + timedelta(days=7)):
            await program.timetable(week)
        patient = await program.treat(part=TreatmentPart.SKILLS)
        await program.plan(patient, MONDAY)
        await program.plan(patient, MONDAY + timedelta(days=7))
        booked = await program.booked(patient)
        groups = [begin for modality, begin in booked if modality == "group_therapy"]
        assert groups == [f"03-{day:02} 17:30" for day in (2, 4, 6, 9, 11, 13)]
        individual = [begin[6:] for modality, begin in booked if modality == "individual_therapy"]
        assert individual == ["19:30", "19:30"]
        foreign = east if program is west else west
        answer = await foreign.call("GET", f"/v1/episodes/{patient.episode}/week-plans")
        assert (answer.status_code, answer.json()["code"]) == (503, "episode_not_known_yet")


async def test_the_weeks_count_from_the_local_day_on_which_treatment_was_entered(open_edge: OpenEdge) -> None:
    """At half past eleven on Monday night in New York it is Tuesday in UTC."""
    program = await open_program(await open_edge("scheduling"))
    program.edge.clock.pass_by(hours=11.5)
    patient = await program.treat()
    await refused(program, patient.episode, MONDAY + timedelta(days=1), 422, "not_a_week_of_the_episode")
    assert (await program.plan(patient, MONDAY))["plan"]["week_starts_on"] == MONDAY.isoformat()
    program.edge.clock.pass_by(days=3)
    await program.enter(patient, Phase.ON_HOLD, Phase.TREATMENT)
    await program.enter(patient, Phase.TREATMENT, Phase.ON_HOLD)
    assert (await program.plan(patient, MONDAY))["plan"]["week_starts_on"] == MONDAY.isoformat()


async def test_two_kept_apart_and_adults_and_adolescents_are_planned_apart(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patients = [await program.treat(), await program.treat(), await program.treat(age_band=AgeBand.ADOLESCENT)]
    one, other = sorted(each.patient for each in patients[:2])
    await program.edge.rows(
        "insert into keep_apart (tenant_id, one, other, set_at) values ('riverbend', $1, $2, now())", one, other
    )
    plans = [await program.plan(patient) for patient in patients]
    assert [gaps(made).get("group_therapy") for made in plans] == [None, ("no_seat", 340), ("no_session", 340)]
    rows = await program.edge.rows(
        "select session_id from booking join session using (session_id) where capacity > 1 group by session_id "
        "having count(*) filter (where patient_id in ($1, $2)) > 1",
        one,
        other,
    )
    assert rows == []


async def test_a_week_is_not_planned_while_seats_are_being_exchanged(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    await program.meet(program.step_down, MONDAY + timedelta(days=3))
    patient = await program.treat()
    exchange = ReplaceBookings(
        key=program.action(patient),
        replacement_id=new_id(),
        program_id=program.outpatient,
        prescribed_minutes_per_week=90,
    )
    assert (await SchedulingActivities(program.edge.transactions).replace_bookings(exchange)).accepted
    body = {"week_starts_on": MONDAY.isoformat()}
    answer = await program.call("POST", f"/v1/episodes/{patient.episode}/week-plan", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "exchange_open")
    await program.enter(patient, Phase.STEP_DOWN, Phase.TREATMENT, minutes=90, program=program.outpatient)
    made = await program.plan(patient)
    assert made["plan"]["rules"][:2] == ["hours.1/1", "mix.1/1"]


async def refused(program: Program, episode: UUID, starts_on: date, status: int, code: str) -> None:
    """The week is not planned, and nothing is changed."""
    answer = await program.call("POST", f"/v1/episodes/{episode}/week-plan", {"week_starts_on": starts_on.isoformat()})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await program.edge.value("select count(*) from week_plan") == 0


async def test_what_cannot_be_planned_is_refused_and_changes_nothing(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patient = await program.treat()
    await refused(program, new_id(), MONDAY, 503, "episode_not_known_yet")
    await refused(program, patient.episode, MONDAY + timedelta(days=6), 422, "not_a_week_of_the_episode")
    await refused(program, patient.episode, MONDAY - timedelta(days=7), 422, "not_a_week_of_the_episode")
    path = f"/v1/episodes/{patient.episode}/week-plan"
    for body, role, status, code in (
        ({"week_starts_on": "soon"}, Role.SCHEDULER, 422, "request_invalid"),
        ({"week_starts_on": "2026-03-02", "force": True}, Role.SCHEDULER, 422, "request_invalid"),
        ({"week_starts_on": "2026-03-02"}, Role.NURSE, 403, "not_granted"),
    ):
        answer = await program.call("POST", path, body, role=role)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    program.edge.clock.pass_by(days=7)
    await refused(program, patient.episode, MONDAY, 409, "week_is_over")
    await program.enter(patient, Phase.ON_HOLD, Phase.TREATMENT)
    await refused(program, patient.episode, MONDAY + timedelta(days=7), 409, "episode_not_in_care")
    await program.enter(patient, Phase.TREATMENT, Phase.ON_HOLD)
    assert (await program.plan(patient, MONDAY + timedelta(days=7)))["plan"]["booked"] > 0


async def test_plans_and_single_bookings_at_once_sell_each_seat_once(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    document = program.document()
    document["groups"][0]["capacity"] = 3
    await program.call("PUT", f"/v1/facilities/{program.facility}/reference", document, role=Role.ADMINISTRATOR)
    sessions = [await program.meet(program.therapy, MONDAY + timedelta(days=day), time(17, 30)) for day in (0, 2, 4)]
    planned = [await program.treat() for _ in range(4)]
    single = [await program.treat() for _ in range(6)]
    answers = await asyncio.gather(
        *(program.plan(patient) for patient in planned),
        *(
            program.call("POST", f"/v1/sessions/{sessions[number % 3]}/bookings", {"episode_id": str(patient.episode)})
            for number, patient in enumerate(single)
        ),
    )
    codes = {answer.json().get("code") for answer in answers[len(planned) :] if not isinstance(answer, dict)}
    assert codes <= {None, "session_full"}
    rows = await program.edge.rows(
        """
        select s.taken, s.capacity, count(b.booking_id) filter (where b.state = 'booked') as booked
        from session s left join booking b using (session_id) group by s.session_id
        """
    )
    assert all(row["taken"] == row["booked"] <= row["capacity"] for row in rows)
    assert sum(row["taken"] for row in rows if row["capacity"] == 3) == 9
