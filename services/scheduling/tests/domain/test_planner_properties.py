"""Whatever the problem, a plan breaks no hard rule, keeps what is booked, and tells exactly what is missing."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from random import Random
from uuid import UUID

from hypothesis import given, strategies as st

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
from stepwell_scheduling.domain.planning.greedy import GreedyPlanner
from stepwell_scheduling.domain.planning.values import (
    Kept,
    Offer,
    PatientWeek,
    Plan,
    Problem,
    Room,
    Span,
    WeekPlan,
)

HOURS = st.integers(8, 20)
DAYS = st.integers(0, 6)
TIMES = st.builds(span, DAYS, HOURS, st.sampled_from([30, 60, 90, 180]))
BUSY = st.lists(TIMES, max_size=3).map(tuple)
MODALITIES = st.sampled_from([GROUP, WORKSHOP, INDIVIDUAL])


@st.composite
def patients(draw: st.DrawFn, number: int) -> PatientWeek:
    needs = tuple(
        need(modality, draw(st.integers(30, 400)), 60)
        for modality in draw(st.lists(MODALITIES, unique=True, max_size=3))
    )
    booked = draw(st.lists(TIMES, max_size=2))
    apart = len(booked) < 2 or not booked[0].overlaps(booked[1])
    kept = tuple(
        Kept(UUID(int=9000 + 10 * number + place), draw(MODALITIES), one)
        for place, one in enumerate(booked if apart else booked[:1])
    )
    anytime = draw(st.booleans())
    return patient(
        number,
        *needs,
        required_minutes=draw(st.integers(0, 900)),
        ceiling_minutes=draw(st.none() | st.integers(0, 900)),
        kept=kept,
        fills=draw(st.none() | MODALITIES),
        taken=tuple(one.span for one in kept),
        available=(WEEK,) if anytime else tuple(draw(st.lists(TIMES, max_size=6))),
        age_band=draw(st.sampled_from(AgeBand)),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    count = draw(st.integers(1, 5))
    pairs = draw(st.sets(st.sampled_from(list(combinations(range(count), 2)) or [(0, 0)]), max_size=3))
    apart: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for one, other in pairs:
        if one != other:
            apart[UUID(int=2000 + one)].add(UUID(int=2000 + other))
            apart[UUID(int=2000 + other)].add(UUID(int=2000 + one))
    return problem(
        [draw(patients(number)) for number in range(count)],
        [
            offer(number, draw(TIMES), draw(MODALITIES), free_seats=draw(st.integers(0, 3)))
            for number in range(draw(st.integers(0, 8)))
        ],
        [
            clinician(number, taken=tuple(draw(st.lists(TIMES, max_size=3))))
            for number in range(draw(st.integers(0, 2)))
        ],
        rooms=tuple(Room(UUID(int=6000 + number)) for number in range(draw(st.integers(0, 2)))),
        not_before=MONDAY + timedelta(hours=draw(st.integers(0, 60))),
        apart={one: frozenset(others) for one, others in apart.items()},
    )


def spans_of(week: WeekPlan) -> list[Span]:
    """The times of all that is planned."""
    return [one.span for one in week.seats] + [one.span for one in week.visits]


def covered(span: Span, free: tuple[Span, ...]) -> bool:
    """Whether free times, which may touch and overlap, hold the whole span."""
    reached = span.starts_at
    for one in sorted(free, key=lambda one: one.starts_at):
        if one.starts_at <= reached:
            reached = max(reached, one.ends_at)
    return reached >= span.ends_at


@given(problems())
def test_nobody_is_in_two_places(one: Problem) -> None:
    plan = GreedyPlanner().plan(one)
    for patient_week, week in zip(one.patients, plan.weeks, strict=True):
        times = [*patient_week.taken, *spans_of(week)]
        assert not any(first.overlaps(second) for first, second in combinations(times, 2))
    turnover = timedelta(minutes=one.turnover_minutes)
    held: defaultdict[UUID, list[Span]] = defaultdict(list)
    for staff in one.clinicians:
        held[staff.clinician_id] += staff.taken
    booked: defaultdict[UUID, list[Span]] = defaultdict(list)
    for week in plan.weeks:
        for visit in week.visits:
            booked[visit.clinician_id].append(Span(visit.span.starts_at, visit.span.ends_at + turnover))
            if visit.room_id:
                booked[visit.room_id].append(Span(visit.span.starts_at, visit.span.ends_at + turnover))
    for resource, times in booked.items():
        assert not any(first.overlaps(second) for first, second in combinations(times, 2))
        assert not any(time.overlaps(busy) for time in times for busy in held[resource])


@given(problems())
def test_no_seat_too_many_and_nobody_beside_whom_they_must_not_be(one: Problem) -> None:
    plan = GreedyPlanner().plan(one)
    seated: defaultdict[UUID, list[PatientWeek]] = defaultdict(list)
    offers: dict[UUID, Offer] = {each.session_id: each for each in one.offers}
    for patient_week, week in zip(one.patients, plan.weeks, strict=True):
        for seat in week.seats:
            seated[seat.session_id].append(patient_week)
        assert len({seat.session_id for seat in week.seats}) == len(week.seats)
    for session_id, who in seated.items():
        assert len(who) <= offers[session_id].free_seats
        ids = {each.patient_id for each in who}
        assert not any(one.apart.get(each, frozenset()) & ids for each in ids)
        if offers[session_id].modality is GROUP:
            assert len({each.age_band for each in who}) == 1


@given(problems())
def test_everything_lies_within_availability_hours_and_limits(one: Problem) -> None:
    plan = GreedyPlanner().plan(one)
    for patient_week, week in zip(one.patients, plan.weeks, strict=True):
        times = spans_of(week)
        assert all(covered(time, patient_week.available) for time in times)
        assert all(time.starts_at >= one.not_before for time in times)
        assert all(covered(visit.span, one.visit_hours) for visit in week.visits)
        if times and patient_week.ceiling_minutes is not None:
            assert week.planned_minutes <= patient_week.ceiling_minutes
        for day in {time.starts_at.date() for time in times}:
            of_day = [time for time in (*patient_week.taken, *times) if time.starts_at.date() == day]
            assert sum(time.minutes for time in of_day) <= one.day_minutes


@given(problems())
def test_what_is_booked_stays_and_the_gaps_explain_what_is_missing(one: Problem) -> None:
    plan = GreedyPlanner().plan(one)
    for patient_week, week in zip(one.patients, plan.weeks, strict=True):
        had: defaultdict[str, int] = defaultdict(int)
        for kept in patient_week.kept:
            had[kept.modality] += kept.span.minutes
            assert kept.session_id not in {seat.session_id for seat in week.seats}
        for seat in week.seats:
            had[seat.modality] += seat.span.minutes
        for visit in week.visits:
            had[visit.modality] += visit.span.minutes
        assert week.planned_minutes == sum(had.values())
        wanted = {each.modality: each.minutes for each in patient_week.needs}
        gaps = {gap.modality: gap.minutes for gap in week.gaps}
        too_little = gaps.pop(None, 0)
        short = {modality: minutes - had[modality] for modality, minutes in wanted.items()}
        assert gaps == {modality: minutes for modality, minutes in short.items() if minutes > 0}
        assert too_little == max(patient_week.required_minutes - sum(wanted.values()), 0)
        shortfall = patient_week.required_minutes - week.planned_minutes
        assert sum(gaps.values()) + too_little >= shortfall
        assert set(week.missing) == {each for each in wanted if not had[each]}


@given(problems(), st.randoms())
def test_the_same_problem_gives_the_same_plan_in_any_order(one: Problem, shuffle: Random) -> None:
    def of(each: Problem) -> dict[UUID, WeekPlan]:
        plan: Plan = GreedyPlanner().plan(each)
        return {week.episode_id: week for week in plan.weeks}

    mixed_patients, mixed_offers = list(one.patients), list(one.offers)
    shuffle.shuffle(mixed_patients)
    shuffle.shuffle(mixed_offers)
    assert of(one) == of(replace(one, patients=tuple(mixed_patients), offers=tuple(mixed_offers)))
