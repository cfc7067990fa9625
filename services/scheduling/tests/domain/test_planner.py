"""The greedy planner: what it prefers, what it never does, and which reason it tells for what is missing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.scheduling.tests.domain.problems import (
    GROUP,
    INDIVIDUAL,
    MONDAY,
    WEEK,
    WORKSHOP,
    clinician,
    need,
    offer,
    patient,
    problem,
    span,
)
from stepwell_kernel.codes import AgeBand
from stepwell_kernel.scheduling_codes import PlanGap, Setting
from stepwell_scheduling.domain.planning.greedy import GreedyPlanner
from stepwell_scheduling.domain.planning.values import Gap, Kept, Offer, PatientWeek, Problem, Room, WeekPlan
from stepwell_scheduling.domain.planning.visits import nearest_visit

SIX_TO_EIGHT = span(0, 18, 120)
ANOTHER_DAY = span(2, 18, 120)


def plan_of(one: Problem) -> WeekPlan:
    (week,) = GreedyPlanner().plan(one).weeks
    return week


def chosen(week: WeekPlan) -> list[int]:
    """The numbers of the meetings in which seats are taken."""
    return [one.session_id.int - 3000 for one in week.seats]


#: Two hours of group therapy are missing, and one meeting is there; by what stands against it.
AGAINST: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], PlanGap | None]] = {
    "nothing": ({}, {}, {}, None),
    "another program's": ({}, {"program_id": UUID(int=9)}, {}, PlanGap.NO_SESSION),
    "a workshop": ({}, {"modality": WORKSHOP}, {}, PlanGap.NO_SESSION),
    "the week after": ({}, {"span": span(7, 18, 120)}, {}, PlanGap.NO_SESSION),
    "begun": ({}, {}, {"not_before": MONDAY + timedelta(hours=18, minutes=1)}, PlanGap.NO_SESSION),
    "begins now": ({}, {}, {"not_before": MONDAY + timedelta(hours=18)}, None),
    "at a distance": ({}, {"setting": Setting.VIDEO}, {}, PlanGap.NO_SESSION),
    "another language": ({"languages": frozenset({"es"})}, {}, {}, PlanGap.NO_SESSION),
    "one of two languages": ({"languages": frozenset({"en", "es"})}, {}, {}, None),
    "adolescents only": ({}, {"age_band": AgeBand.ADOLESCENT}, {}, PlanGap.NO_SESSION),
    "last seat": ({}, {"free_seats": 1}, {}, None),
    "full": ({}, {"free_seats": 0}, {}, PlanGap.NO_SEAT),
    "available to the minute": ({"available": (SIX_TO_EIGHT,)}, {}, {}, None),
    "available too late": ({"available": (span(0, 18 + 5 / 60, 300),)}, {}, {}, PlanGap.NOT_AVAILABLE),
    "available too short": ({"available": (span(0, 17, 175),)}, {}, {}, PlanGap.NOT_AVAILABLE),
    "not available and full": ({"available": ()}, {"free_seats": 0}, {}, PlanGap.NO_SEAT),
    "taken until the begin": ({"taken": (span(0, 17, 60),)}, {}, {}, None),
    "taken into it": ({"taken": (span(0, 17, 61),)}, {}, {}, PlanGap.TIME_TAKEN),
    "day of six hours": ({"taken": (span(0, 9, 240),)}, {}, {}, None),
    "day too full": ({"taken": (span(0, 9, 241),)}, {}, {}, PlanGap.DAY_FULL),
    "at the ceiling": ({"ceiling_minutes": 120}, {}, {}, None),
    "over the ceiling": ({"ceiling_minutes": 119}, {}, {}, PlanGap.OVER_CEILING),
}


@pytest.mark.parametrize("case", AGAINST)
def test_a_meeting_is_joined_unless_something_stands_against_it(case: str) -> None:
    of_patient, of_offer, of_problem, reason = AGAINST[case]
    week = plan_of(
        problem(
            [patient(1, need(GROUP, 120), **of_patient)],
            [replace(offer(1, SIX_TO_EIGHT), **of_offer)],
            **of_problem,
        )
    )
    assert week.gaps == (() if reason is None else (Gap(GROUP, reason, 120),))
    assert week.missing == (() if reason is None else (GROUP,))
    assert (chosen(week), week.planned_minutes) == (([1], 120) if reason is None else ([], 0))


ONE_HOUR = {"visit_hours": (span(0, 9, 60),)}

#: An hour of individual therapy is missing and no meeting offers it; by who could hold a visit, and when.
VISITS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], PlanGap | None]] = {
    "free": ({}, {}, {}, None),
    "no credential": ({}, {"modalities": frozenset()}, {}, PlanGap.NO_CLINICIAN),
    "other language": ({"languages": frozenset({"es"})}, {}, {}, PlanGap.NO_CLINICIAN),
    "free for visit and turnover": ({}, {"taken": (span(0, 10 + 1 / 6, 400),)}, ONE_HOUR, None),
    "no turnover": ({}, {"taken": (span(0, 10, 400),)}, ONE_HOUR, PlanGap.NO_CLINICIAN),
    "room taken": ({}, {}, {"rooms": (Room(UUID(int=6000), (WEEK,)),)}, PlanGap.NO_ROOM),
    "no room": ({}, {}, {"rooms": ()}, PlanGap.NO_ROOM),
    "by video without room": (
        {"settings": frozenset({Setting.ON_SITE, Setting.VIDEO})},
        {"settings": frozenset({Setting.ON_SITE, Setting.VIDEO})},
        {"rooms": ()},
        None,
    ),
    "by video without license": (
        {"settings": frozenset({Setting.ON_SITE, Setting.VIDEO})},
        {},
        {"rooms": ()},
        PlanGap.NO_ROOM,
    ),
    "only by video without license": ({"settings": frozenset({Setting.VIDEO})}, {}, {}, PlanGap.NO_CLINICIAN),
    "last hour of the day": ({"available": (span(0, 16, 60),)}, {}, {}, None),
    "after hours": ({"available": (span(0, 16.5, 120),)}, {}, {}, PlanGap.NOT_AVAILABLE),
    "not on a half-hour": ({"available": (span(0, 9.25, 60),)}, {}, {}, PlanGap.NOT_AVAILABLE),
    "available elsewhere": ({"available": (span(1, 9, 60),)}, {}, ONE_HOUR, PlanGap.NOT_AVAILABLE),
    "patient busy": ({"taken": (span(0, 9, 30),)}, {}, ONE_HOUR, PlanGap.TIME_TAKEN),
    "day not yet full": ({"taken": (span(0, 12, 300),)}, {}, ONE_HOUR, None),
    "day too full": ({"taken": (span(0, 12, 301),)}, {}, ONE_HOUR, PlanGap.DAY_FULL),
    "at the ceiling": ({"ceiling_minutes": 60}, {}, {}, None),
    "over the ceiling": ({"ceiling_minutes": 59}, {}, {}, PlanGap.OVER_CEILING),
    "no hours": ({}, {}, {"visit_hours": ()}, PlanGap.NO_SESSION),
}


@pytest.mark.parametrize("case", VISITS)
def test_a_visit_is_made_unless_nobody_is_free(case: str) -> None:
    of_patient, of_clinician, of_problem, reason = VISITS[case]
    week = plan_of(
        problem(
            [patient(1, need(INDIVIDUAL, 60), **of_patient)],
            (),
            [clinician(1, **({"settings": frozenset({Setting.ON_SITE})} | of_clinician))],
            **of_problem,
        )
    )
    assert week.gaps == (() if reason is None else (Gap(INDIVIDUAL, reason, 60),))
    assert len(week.visits) == (reason is None)


def test_a_mix_below_the_required_hours_is_told_and_not_filled_up() -> None:
    offers = [offer(number, span(number, 18, 120)) for number in range(5)]
    one = patient(1, need(GROUP, 480), required_minutes=540)
    week = plan_of(problem([one], offers))
    assert (week.planned_minutes, week.gaps) == (480, (Gap(None, PlanGap.PRESCRIBED_TOO_LITTLE, 60),))
    assert plan_of(problem([replace(one, required_minutes=480)], offers)).gaps == ()


def test_a_mix_of_the_program_is_filled_up_to_the_required_hours_when_something_else_is_missing() -> None:
    offers = [offer(number, span(number, 18, 120)) for number in range(5)]
    one = patient(1, need(GROUP, 240), need(WORKSHOP, 60), required_minutes=300, fills=GROUP)
    week = plan_of(problem([one], offers))
    assert (chosen(week), week.planned_minutes) == ([0, 1, 2], 360)
    assert (week.gaps, week.missing) == ((Gap(WORKSHOP, PlanGap.NO_SESSION, 60),), (WORKSHOP,))
    assert chosen(plan_of(problem([replace(one, required_minutes=240)], offers))) == [0, 1]
    assert chosen(plan_of(problem([replace(one, fills=None)], offers))) == [0, 1]


def test_a_session_that_was_given_back_is_not_offered_again() -> None:
    one = patient(1, need(GROUP, 120), given_back=frozenset({UUID(int=3001)}))
    assert chosen(plan_of(problem([one], [offer(1, SIX_TO_EIGHT), offer(2, ANOTHER_DAY)]))) == [2]
    week = plan_of(problem([one], [offer(1, SIX_TO_EIGHT)]))
    assert week.gaps == (Gap(GROUP, PlanGap.NOT_AVAILABLE, 120),)


def test_what_is_booked_counts_and_stays() -> None:
    kept = Kept(UUID(int=3001), GROUP, SIX_TO_EIGHT)
    one = patient(1, need(GROUP, 240), kept=(kept,), taken=(SIX_TO_EIGHT,))
    offers = [offer(1, SIX_TO_EIGHT), offer(2, ANOTHER_DAY), offer(3, span(4, 18, 120))]
    week = plan_of(problem([one], offers))
    assert (chosen(week), week.planned_minutes, week.gaps) == ([2], 240, ())


def test_the_hardest_patient_comes_first() -> None:
    easy = patient(1, need(GROUP, 120))
    hard = patient(2, need(GROUP, 120), available=(SIX_TO_EIGHT,))
    offers = [offer(1, SIX_TO_EIGHT, free_seats=1), offer(2, ANOTHER_DAY, free_seats=1)]
    first, second = GreedyPlanner().plan(problem([easy, hard], offers)).weeks
    assert (chosen(first), chosen(second)) == ([2], [1])


def _prefers(one: PatientWeek, *offers: Offer) -> int:
    return chosen(plan_of(problem([one], offers)))[0]


def test_the_same_group_and_clinician_another_day_and_the_fitting_length_are_preferred() -> None:
    wants = patient(1, need(GROUP, 120))
    early, late = offer(1, SIX_TO_EIGHT), offer(2, ANOTHER_DAY)
    assert _prefers(wants, late, early) == 1
    assert _prefers(replace(wants, familiar=frozenset({late.group_id})), early, late) == 2
    other = replace(late, clinician_id=UUID(int=51))
    assert _prefers(replace(wants, familiar=frozenset({UUID(int=51)})), early, other) == 2
    assert _prefers(replace(wants, preferred_clinician=UUID(int=51)), early, other) == 2
    assert _prefers(wants, replace(early, span=span(0, 18, 180)), late) == 2
    had = Kept(UUID(int=3009), GROUP, span(0, 9, 60))
    more = replace(wants, needs=(need(GROUP, 180),), kept=(had,), taken=(had.span,))
    assert _prefers(more, early, late) == 2


def test_those_kept_apart_never_sit_together() -> None:
    one, other = patient(1, need(GROUP, 120)), patient(2, need(GROUP, 120))
    apart = {one.patient_id: frozenset({other.patient_id}), other.patient_id: frozenset({one.patient_id})}
    first, second = GreedyPlanner().plan(problem([one, other], [offer(1, SIX_TO_EIGHT)], apart=apart)).weeks
    assert (chosen(first), chosen(second), second.gaps) == ([1], [], (Gap(GROUP, PlanGap.NO_SEAT, 120),))
    seated = offer(1, SIX_TO_EIGHT, seated=frozenset({other.patient_id}))
    assert chosen(plan_of(problem([one], [seated], apart=apart))) == []


def test_adolescents_and_adults_never_share_a_therapy_group() -> None:
    adult, adolescent = patient(1, need(GROUP, 120)), patient(2, need(GROUP, 120), age_band=AgeBand.ADOLESCENT)
    first, second = GreedyPlanner().plan(problem([adult, adolescent], [offer(1, SIX_TO_EIGHT)])).weeks
    assert (chosen(first), chosen(second)) == ([1], [])
    both = [replace(one, needs=(need(WORKSHOP, 120),)) for one in (adult, adolescent)]
    weeks = GreedyPlanner().plan(problem(both, [offer(1, SIX_TO_EIGHT, WORKSHOP)])).weeks
    assert [chosen(week) for week in weeks] == [[1], [1]]


def test_a_visit_is_with_whom_the_patient_knows_and_on_a_day_of_attendance() -> None:
    had = Kept(UUID(int=3001), GROUP, span(3, 12, 60))
    wants = patient(1, need(INDIVIDUAL, 60), kept=(had,), taken=(had.span,))
    free = [clinician(1), clinician(2), clinician(3)]
    (visit,) = plan_of(problem([wants], (), free)).visits
    assert (visit.clinician_id.int, visit.span) == (5001, span(3, 9))
    (visit,) = plan_of(problem([replace(wants, familiar=frozenset({UUID(int=5002)}))], (), free)).visits
    assert visit.clinician_id.int == 5002
    preferring = replace(wants, familiar=frozenset({UUID(int=5002)}), preferred_clinician=UUID(int=5003))
    (visit,) = plan_of(problem([preferring], (), free)).visits
    assert visit.clinician_id.int == 5003


def test_two_visits_of_a_modality_are_on_two_days_with_the_same_clinician() -> None:
    wants = patient(1, need(INDIVIDUAL, 120, 60))
    week = plan_of(problem([wants], (), [clinician(1), clinician(2)]))
    assert [(visit.clinician_id.int, visit.span) for visit in week.visits] == [(5001, span(0, 9)), (5001, span(1, 9))]
    one_day = replace(wants, available=(span(0, 9, 480),))
    assert [visit.span for visit in plan_of(problem([one_day], (), [clinician(1)])).visits] == [
        span(0, 9),
        span(0, 10.5),
    ]


def test_visits_share_clinicians_and_a_room_takes_one_at_a_time() -> None:
    wants = [patient(number, need(INDIVIDUAL, 60)) for number in (1, 2)]
    first, second = GreedyPlanner().plan(problem(wants, (), [clinician(1), clinician(2)])).weeks
    assert [one.visits[0].clinician_id.int for one in (first, second)] == [5001, 5002]
    assert [one.visits[0].span for one in (first, second)] == [span(0, 9), span(0, 10.5)]


@pytest.mark.parametrize(
    ("target", "busy_days", "found"),
    [(2, (), 2), (2, (2,), 1), (2, (1, 2), 3), (0, (0,), 1), (4, (1, 2, 3, 4), 0)],
)
def test_the_nearest_day_that_is_free_of_two_the_earlier(target: int, busy_days: tuple[int, ...], found: int) -> None:
    busy = clinician(1, taken=tuple(span(day, 0, 1440) for day in busy_days))
    one = problem([patient(1, need(INDIVIDUAL, 60))], (), [busy])
    visit = nearest_visit(one, (MONDAY + timedelta(days=target)).date())
    assert visit is not None
    assert visit.span == span(found, 9)


def test_no_day_that_is_free() -> None:
    one = problem([patient(1, need(INDIVIDUAL, 60))], (), [clinician(1, taken=(WEEK,))])
    assert nearest_visit(one, MONDAY.date()) is None
