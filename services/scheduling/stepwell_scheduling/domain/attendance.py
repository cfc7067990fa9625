"""Attendance: which states and minutes fit together, and what a seat counts as."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from stepwell_kernel.codes import AttendanceState
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_scheduling.domain.rules import RuleVersion

#: Without attendance there are no minutes.
ABSENT = frozenset(
    {
        AttendanceState.EXCUSED,
        AttendanceState.UNEXCUSED_NO_SHOW,
        AttendanceState.LATE_CANCEL,
        AttendanceState.PROGRAM_CANCELLED,
    }
)

#: Came, if only for a while.
ATTENDED = frozenset(
    {AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.PARTIAL, AttendanceState.LEFT_EARLY}
)

#: Absences that nobody excused; a seat given back too late counts as missed.
MISSED = frozenset({AttendanceState.UNEXCUSED_NO_SHOW, AttendanceState.LATE_CANCEL})


class Counted(StrEnum):
    """What a seat counts as, by the minutes attended."""

    FULL = "full"
    PART = "part"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class AttendanceRule:
    """What is late, a full session, none, and given back too late.

    `late_after_minutes` counts from the start, the percentages are of the session's minutes, `late_cancel` is the time
    before the start.
    """

    rule: RuleVersion
    late_after_minutes: int
    full_percent: int
    absent_below_percent: int
    late_cancel: timedelta

    def counts_as(self, minutes: int, session_minutes: int) -> Counted:
        """A full session, a part of one, or none; who left after a moment was there and counts as absent."""
        if minutes * 100 >= session_minutes * self.full_percent:
            return Counted.FULL
        return Counted.ABSENT if minutes * 100 < session_minutes * self.absent_below_percent else Counted.PART

    def is_late_cancel(self, now: datetime, starts_at: datetime) -> bool:
        """Whether a seat given back now is given back too late."""
        return starts_at - now < self.late_cancel


@dataclass(frozen=True, slots=True)
class Attendance:
    """What is recorded of a seat; `late_minutes` is how long after the start the patient came, where that was noted."""

    state: AttendanceState
    minutes: int
    late_minutes: int | None = None


def is_decisive(state: AttendanceState, counted: Counted) -> bool:
    """Whether the seat says that the patient comes, or stays away.

    What was excused, called off or failed technically says neither, nor does a stay too short to count.
    """
    return state in MISSED or (state in ATTENDED and counted is not Counted.ABSENT)


def check_recordable(
    booked: str, attendance: str | None, state: AttendanceState, *, starts_at: datetime, now: datetime
) -> None:
    """Raise Conflict (`booking_not_standing`, `session_not_started`) unless the state can be recorded of the booking.

    It must stand and have started. Of a seat that was given back too late it can be said that it was excused.
    """
    given_back_late = attendance is not None and state in ABSENT
    if booked != "booked" and not given_back_late:
        raise Conflict("booking_not_standing", "the booking was cancelled", rule="attendance.booked")
    if now < starts_at:
        raise Conflict("session_not_started", "the session has not started", rule="attendance.after_start")


def check_attendance(rule: AttendanceRule, given: Attendance, session_minutes: int) -> None:
    """Raise Invalid (`minutes_do_not_fit`) unless state and minutes are possible together in such a session."""
    state, minutes = given.state, given.minutes
    if state in ABSENT and minutes:
        raise _unfit(rule, f"{state} has no minutes")
    if minutes + (given.late_minutes or 0) > session_minutes:
        raise _unfit(rule, f"the session has {session_minutes} minutes")
    if state in ATTENDED and not minutes:
        raise _unfit(rule, f"{state} needs minutes")
    counted = rule.counts_as(minutes, session_minutes)
    if state is AttendanceState.PRESENT and counted is not Counted.FULL:
        raise _unfit(
            rule, f"present is at least {rule.full_percent} % of {session_minutes} minutes; else it is partial"
        )
    if state is AttendanceState.PARTIAL and counted is Counted.FULL:
        raise _unfit(rule, f"partial is less than {rule.full_percent} % of {session_minutes} minutes")
    if state is AttendanceState.LEFT_EARLY and minutes == session_minutes:
        raise _unfit(rule, f"nobody leaves early after all {session_minutes} minutes")
    _check_lateness(rule, given)


def _check_lateness(rule: AttendanceRule, given: Attendance) -> None:
    if given.late_minutes is None:
        return
    late = given.late_minutes > rule.late_after_minutes
    fits = {AttendanceState.PRESENT: not late, AttendanceState.LATE: late}.get(given.state, given.state in ATTENDED)
    if not fits:
        problem = f"late is more than {rule.late_after_minutes} minutes after the start"
        raise _unfit(rule, problem if given.state in ATTENDED else f"{given.state} comes neither late nor in time")


def _unfit(rule: AttendanceRule, problem: str) -> Invalid:
    return Invalid(
        "minutes_do_not_fit",
        "state and minutes of the attendance do not fit together",
        fields=(FieldProblem("minutes", problem, str(rule.rule)),),
        rule=str(rule.rule),
    )
