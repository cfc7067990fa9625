"""What patients and staff do: within bounds, by the day of the course, the same for the same name."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import mean, median

import pytest

from stepwell_kernel.codes import AttendanceState, DischargeReason, TaskKind
from stepwell_simulation.cohort import draw_patients
from stepwell_simulation.conduct import UNSEEN_DAYS, Conduct, habit_of
from stepwell_simulation.draws import Draws
from stepwell_simulation.profile import Profile

COHORT = draw_patients(3, 400, date(2026, 3, 2))
ABSENT = {AttendanceState.UNEXCUSED_NO_SHOW, AttendanceState.LATE_CANCEL, AttendanceState.EXCUSED}


def staying(reason: DischargeReason, days: int = 80) -> list[Conduct]:
    """Patients with the same stay."""
    return [Conduct(replace(profile, reason=reason, stay_days=days, attendance=0.85)) for profile in COHORT]


def attended(patients: Sequence[Conduct], day: int) -> float:
    """The share that comes to a session on that day."""
    return mean(one.session(f"day-{day}", day).state not in ABSENT for one in patients)


def test_a_name_has_the_same_answer_at_every_call() -> None:
    conduct = Conduct(COHORT[0])
    assert conduct.session("monday", 3) == conduct.session("monday", 3)
    assert conduct.measure(2) == conduct.measure(2)
    assert len({conduct.session(f"session-{number}", 20) for number in range(60)}) > 2


def test_shares_of_minutes_fit_the_state() -> None:
    for profile in COHORT:
        seat = Conduct(profile).session("one", 30)
        assert (seat.share == 0) is (seat.state in ABSENT)
        assert (seat.share == 1) is (seat.state is AttendanceState.PRESENT)


def test_who_has_settled_comes_more_often_than_in_the_first_weeks() -> None:
    patients = staying(DischargeReason.COMPLETED)
    first = mean(attended(patients, day) for day in range(0, 14, 2))
    later = mean(attended(patients, day) for day in range(30, 44, 2))
    assert first + 0.02 < later


def test_attendance_falls_before_somebody_drops_out_and_ends_with_it() -> None:
    patients = staying(DischargeReason.DROPPED_OUT)
    last = 80 - UNSEEN_DAYS
    assert attended(patients, last) + 0.2 < attended(patients, 40)
    for day in (last + 1, 79, 200):
        seats = {one.session(f"day-{day}", day).state for one in patients}
        assert seats == {AttendanceState.UNEXCUSED_NO_SHOW}
        assert {one.answers("text", day) for one in patients} == {None}


def test_some_answer_messages_and_some_do_not() -> None:
    answers = [Conduct(profile).answers("text", 10) for profile in COHORT]
    assert 0.4 < mean(answer is not None for answer in answers) < 0.95


@pytest.mark.parametrize("gain", [-0.2, 0.0, 0.85])
def test_totals_stay_on_the_scale_and_fall_by_what_is_gained(gain: float) -> None:
    patients = [Conduct(replace(profile, measure=18, gain=gain, relapse_day=None)) for profile in COHORT]
    for week in (0, 8, 40):
        assert all(0 <= one.measure(week) <= 27 for one in patients)
    assert mean(one.measure(8) for one in patients) == pytest.approx(18 * (1 - gain), abs=0.3)
    assert mean(one.measure(40) for one in patients) == pytest.approx(18 * (1 - gain), abs=0.3)


def test_a_relapse_shows_for_two_weeks() -> None:
    steady = replace(COHORT[0], measure=10, gain=0.0)
    ill = replace(steady, relapse_day=21)
    differences = [Conduct(ill).measure(week) - Conduct(steady).measure(week) for week in range(7)]
    assert differences == [0, 0, 0, 3, 3, 0, 0]


def test_at_least_one_in_twenty_entries_is_wrong_and_is_noticed_later() -> None:
    wrong = [
        (Conduct(profile), name)
        for profile in COHORT
        for name in map(str, range(10))
        if Conduct(profile).is_entered_wrongly(name)
    ]
    assert 0.05 <= len(wrong) / (len(COHORT) * 10) < 0.12
    noticed_h = [conduct.noticed_after(name) / timedelta(hours=1) for conduct, name in wrong]
    assert min(noticed_h) > 0
    assert 20 < median(noticed_h) < 45


def test_staff_take_their_usual_time_and_leave_some_tasks() -> None:
    habit = habit_of(TaskKind.PLAN_REVIEW)
    draws = [Draws(5, (str(number),)) for number in range(2_000)]
    delays = [habit.delay(one) / timedelta(hours=1) for one in draws]
    assert median(delays) == pytest.approx(habit.median_h, rel=0.1)
    assert 0.02 < mean(one.of("omitted").chance(habit.omits) for one in draws) < 0.06


def test_nobody_leaves_a_crisis_and_unknown_work_has_a_habit_too() -> None:
    assert habit_of(TaskKind.CRISIS_DISPOSITION).omits == 0
    assert habit_of("something_new").median_h > 0


@pytest.mark.parametrize("reason", [None, DischargeReason.COMPLETED])
def test_only_who_never_comes_into_care_is_lost(reason: DischargeReason | None) -> None:
    profile: Profile = replace(COHORT[0], reason=reason)
    assert (Conduct(profile).lost_before is None) is (reason is not None)
