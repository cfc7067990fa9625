"""Rules of attendance, of a patient's day, of closed groups and of make-ups, as tables with their source."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from stepwell_kernel.codes import AgeBand, AttendanceState, Modality, Phase, PriorityClass
from stepwell_kernel.errors import Conflict, Invalid, StepwellError
from stepwell_kernel.ids import new_id
from stepwell_scheduling.domain.attendance import (
    Attendance,
    AttendanceRule,
    Counted,
    check_attendance,
    check_recordable,
    is_decisive,
)
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.make_up import check_equivalent, check_missed, program_week
from stepwell_scheduling.domain.rosters import (
    EnrollmentRule,
    Membership,
    check_enrollment,
    check_from_day,
    ends_with,
)
from stepwell_scheduling.domain.rules import RuleVersion
from stepwell_scheduling.domain.seating import DayRule, Neighbours, check_seating
from stepwell_scheduling.domain.waitlist import Wait

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = NOON.date()
DAY = timedelta(days=1)

PRESENT, LATE, PARTIAL = AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.PARTIAL
LEFT_EARLY, NO_SHOW, EXCUSED = (
    AttendanceState.LEFT_EARLY,
    AttendanceState.UNEXCUSED_NO_SHOW,
    AttendanceState.EXCUSED,
)
LATE_CANCEL, FAILED = AttendanceState.LATE_CANCEL, AttendanceState.TELEHEALTH_TECH_FAILURE

#: Late after 5 min, late cancellation within 24 h (published policies); 85 % and 50 % (default of the house).
ATTENDANCE = AttendanceRule(RuleVersion("attendance", 1), 5, 85, 50, timedelta(hours=24))

DAY_HOURS = DayRule(RuleVersion("day_hours", 1), 360, 2)


def refusal_of(check: Callable[..., None], *arguments: Any, **named: Any) -> str | None:
    """The code with which a check refuses, if it does."""
    try:
        check(*arguments, **named)
    except StepwellError as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(
    ("state", "minutes", "late_minutes", "fits"),
    [
        (PRESENT, 60, None, True),
        (PRESENT, 51, None, True),
        (PRESENT, 50, None, False),
        (PRESENT, 61, None, False),
        (PRESENT, 0, None, False),
        (PRESENT, 55, 5, True),
        (PRESENT, 54, 6, False),
        (LATE, 54, 6, True),
        (LATE, 55, 5, False),
        (LATE, 60, None, True),
        (LATE, 55, 6, False),
        (PARTIAL, 45, None, True),
        (PARTIAL, 50, None, True),
        (PARTIAL, 51, None, False),
        (PARTIAL, 1, None, True),
        (PARTIAL, 0, None, False),
        (PARTIAL, 40, 20, True),
        (LEFT_EARLY, 59, None, True),
        (LEFT_EARLY, 60, None, False),
        (NO_SHOW, 0, None, True),
        (NO_SHOW, 1, None, False),
        (NO_SHOW, 0, 10, False),
        (EXCUSED, 1, None, False),
        (FAILED, 0, None, True),
        (FAILED, 20, None, True),
    ],
)
def test_minutes_fit_the_state_and_the_session(
    state: AttendanceState, minutes: int, late_minutes: int | None, *, fits: bool
) -> None:
    if fits:
        check_attendance(ATTENDANCE, Attendance(state, minutes, late_minutes), 60)
        return
    with pytest.raises(Invalid, match="minutes_do_not_fit") as refusal:
        check_attendance(ATTENDANCE, Attendance(state, minutes, late_minutes), 60)
    assert refusal.value.fields[0].rule == "attendance/1"


@pytest.mark.parametrize(
    ("minutes", "session", "counted"),
    [
        (60, 60, Counted.FULL),
        (51, 60, Counted.FULL),
        (50, 60, Counted.PART),
        (30, 60, Counted.PART),
        (29, 60, Counted.ABSENT),
        (0, 60, Counted.ABSENT),
        (153, 180, Counted.FULL),
        (152, 180, Counted.PART),
        (90, 180, Counted.PART),
        (89, 180, Counted.ABSENT),
    ],
)
def test_what_a_seat_counts_as(minutes: int, session: int, counted: Counted) -> None:
    assert ATTENDANCE.counts_as(minutes, session) is counted


@pytest.mark.parametrize(
    ("before_the_start", "late"),
    [(timedelta(hours=25), False), (timedelta(hours=24), False), (timedelta(hours=24, seconds=-1), True)],
)
def test_a_seat_is_given_back_late_within_a_day(before_the_start: timedelta, *, late: bool) -> None:
    assert ATTENDANCE.is_late_cancel(NOON, NOON + before_the_start) is late


@pytest.mark.parametrize(
    ("state", "counted", "decisive"),
    [
        (PRESENT, Counted.FULL, True),
        (LEFT_EARLY, Counted.PART, True),
        (LEFT_EARLY, Counted.ABSENT, False),
        (NO_SHOW, Counted.ABSENT, True),
        (LATE_CANCEL, Counted.ABSENT, True),
        (EXCUSED, Counted.ABSENT, False),
        (FAILED, Counted.FULL, False),
    ],
)
def test_what_says_whether_a_patient_comes(state: AttendanceState, counted: Counted, *, decisive: bool) -> None:
    assert is_decisive(state, counted) is decisive


@pytest.mark.parametrize(
    ("booked", "before", "state", "now", "code"),
    [
        ("booked", None, PRESENT, NOON, None),
        ("booked", PRESENT, NO_SHOW, NOON + DAY, None),
        ("booked", None, PRESENT, NOON - timedelta(seconds=1), "session_not_started"),
        ("cancelled", None, EXCUSED, NOON, "booking_not_standing"),
        ("cancelled", LATE_CANCEL, EXCUSED, NOON, None),
        ("cancelled", EXCUSED, LATE_CANCEL, NOON, None),
        ("cancelled", LATE_CANCEL, PRESENT, NOON, "booking_not_standing"),
        ("replaced", None, PRESENT, NOON, "booking_not_standing"),
    ],
)
def test_of_which_bookings_attendance_is_recorded(
    booked: str, before: AttendanceState | None, state: AttendanceState, now: datetime, code: str | None
) -> None:
    assert refusal_of(check_recordable, booked, before, state, starts_at=NOON, now=now) == code


@pytest.mark.parametrize(
    ("neighbours", "minutes", "make_up", "code"),
    [
        (Neighbours(0, 0, kept_apart=False), 180, False, None),
        (Neighbours(180, 0, kept_apart=False), 180, False, None),
        (Neighbours(181, 0, kept_apart=False), 180, False, "day_full"),
        (Neighbours(0, 0, kept_apart=False), 361, False, "day_full"),
        (Neighbours(60, 1, kept_apart=False), 60, True, None),
        (Neighbours(60, 2, kept_apart=False), 60, True, "make_ups_full"),
        (Neighbours(60, 2, kept_apart=False), 60, False, None),
        (Neighbours(0, 0, kept_apart=True), 60, False, "kept_apart"),
    ],
)
def test_what_a_day_holds(neighbours: Neighbours, minutes: int, code: str | None, *, make_up: bool) -> None:
    """At most 6 clinical hours a day, at most 2 make-up groups (default of the house); pairs who are kept apart."""
    assert refusal_of(check_seating, DAY_HOURS, neighbours, minutes, make_up=make_up) == code


@pytest.mark.parametrize(("before", "code"), [(0, None), (1, None), (2, "enrollment_closed"), (3, "enrollment_closed")])
def test_when_a_closed_group_takes_nobody(before: int, code: str | None) -> None:
    """Enrollment closes after session 2 (default of the house)."""
    assert refusal_of(check_enrollment, EnrollmentRule(RuleVersion("enrollment", 1), 2), before) == code


@pytest.mark.parametrize(("day", "code"), [(TODAY + DAY, None), (TODAY, None), (TODAY - DAY, "day_in_the_past")])
def test_a_roster_changes_from_today_on(day: date, code: str | None) -> None:
    assert refusal_of(check_from_day, day, TODAY) == code


@pytest.mark.parametrize(
    ("day", "until", "covered"),
    [
        (TODAY - DAY, None, False),
        (TODAY, None, True),
        (TODAY + 400 * DAY, None, True),
        (TODAY + DAY, TODAY + 2 * DAY, True),
        (TODAY + 2 * DAY, TODAY + 2 * DAY, False),
        (TODAY, TODAY, False),
    ],
)
def test_on_which_days_a_patient_belongs_to_a_group(day: date, until: date | None, *, covered: bool) -> None:
    facility, program, group, episode, patient = [new_id() for _ in range(5)]
    membership = Membership(new_id(), facility, program, group, episode, patient, TODAY, until)
    assert membership.covers(day) is covered


FACILITY, PROGRAM, NEXT = new_id(), new_id(), new_id()


@pytest.mark.parametrize(
    ("phase", "program", "group_facility", "group_program", "ends"),
    [
        (Phase.TREATMENT, PROGRAM, FACILITY, PROGRAM, False),
        (Phase.STEP_DOWN, PROGRAM, FACILITY, PROGRAM, False),
        (Phase.STEP_DOWN, NEXT, FACILITY, PROGRAM, True),
        (Phase.STEP_DOWN, NEXT, FACILITY, NEXT, False),
        (Phase.ON_HOLD, PROGRAM, FACILITY, PROGRAM, True),
        (Phase.AFTERCARE, PROGRAM, FACILITY, PROGRAM, True),
        (Phase.TREATMENT, PROGRAM, new_id(), PROGRAM, True),
    ],
)
def test_what_ends_a_place_in_a_group(
    phase: Phase, program: UUID, group_facility: UUID, group_program: UUID, *, ends: bool
) -> None:
    episode = Episode(new_id(), new_id(), FACILITY, program, AgeBand.ADULT, phase, 540)
    assert ends_with(episode, PROGRAM, group_facility, group_program) is ends


def test_who_waits_goes_by_priority_then_by_time() -> None:
    """45 CFR 96.126 and 96.131."""

    def wait(priority: PriorityClass, minutes: int) -> Wait:
        facility, program, group, episode, patient = [new_id() for _ in range(5)]
        joined_at = NOON + timedelta(minutes=minutes)
        return Wait(new_id(), facility, program, group, episode, patient, priority, "waiting", joined_at)

    general, pregnant = PriorityClass.GENERAL, PriorityClass.PREGNANT
    waits = [wait(general, 0), wait(general, 1), wait(pregnant, 2), wait(PriorityClass.INJECTING, 0)]
    ordered = sorted(waits, key=lambda one: one.precedence)
    assert [waits.index(one) for one in ordered] == [2, 3, 0, 1]


@pytest.mark.parametrize(
    ("state", "attendance", "counted", "code"),
    [
        ("booked", NO_SHOW, Counted.ABSENT, None),
        ("booked", EXCUSED, Counted.ABSENT, None),
        ("booked", FAILED, Counted.PART, None),
        ("booked", LEFT_EARLY, Counted.ABSENT, None),
        ("booked", LEFT_EARLY, Counted.PART, "not_missed"),
        ("booked", PRESENT, Counted.FULL, "not_missed"),
        ("booked", None, None, "not_missed"),
        ("cancelled", None, None, None),
        ("cancelled", LATE_CANCEL, Counted.ABSENT, None),
        ("replaced", None, None, "not_missed"),
    ],
)
def test_what_can_be_made_up_for(
    state: str, attendance: AttendanceState | None, counted: Counted | None, code: str | None
) -> None:
    assert refusal_of(check_missed, state, attendance, counted) == code


@pytest.mark.parametrize(
    ("day", "origin", "begins"),
    [
        (date(2026, 3, 4), date(2026, 3, 4), date(2026, 3, 4)),
        (date(2026, 3, 10), date(2026, 3, 4), date(2026, 3, 4)),
        (date(2026, 3, 11), date(2026, 3, 4), date(2026, 3, 11)),
        (date(2026, 3, 3), date(2026, 3, 4), date(2026, 2, 25)),
        (date(2026, 3, 4), None, date(2026, 3, 2)),
        (date(2026, 3, 8), None, date(2026, 3, 2)),
    ],
)
def test_the_program_week_of_a_day(day: date, origin: date | None, begins: date) -> None:
    assert program_week(day, origin) == begins


def test_a_make_up_is_of_the_same_modality_in_the_same_program_week() -> None:
    """Same modality, inside the same program week, to count for its hours (default of the house)."""
    group, workshop = Modality.GROUP_THERAPY, Modality.EDUCATIONAL_WORKSHOP
    check_equivalent((group, TODAY), (group, TODAY))
    for made_up, code in (((workshop, TODAY), "other_modality"), ((group, TODAY + 7 * DAY), "other_week")):
        with pytest.raises(Conflict, match=code):
            check_equivalent((group, TODAY), made_up)
