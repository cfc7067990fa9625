"""Attendance: states and minutes that fit together (default of the house, 85 % and 50 % of a session's minutes)."""

from stepwell_kernel.codes import AttendanceState
from stepwell_kernel.errors import FieldProblem, Invalid

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

#: Absences that nobody excused; a seat given back within 24 h of the start counts as missed (default of the house).
MISSED = frozenset({AttendanceState.UNEXCUSED_NO_SHOW, AttendanceState.LATE_CANCEL})

#: States that say whether a patient comes; what was excused, called off or failed technically says neither.
DECISIVE = ATTENDED | MISSED


def check_attendance(state: AttendanceState, minutes: int, session_minutes: int) -> None:
    """Raise Invalid (`minutes_do_not_fit`) unless the minutes are possible for the state and the session."""
    if state in ABSENT and minutes:
        raise _unfit(f"{state} has no minutes")
    if minutes > session_minutes:
        raise _unfit(f"the session has {session_minutes} minutes")
    if state not in ABSENT and state is not AttendanceState.TELEHEALTH_TECH_FAILURE and not minutes:
        raise _unfit(f"{state} needs minutes")


def _unfit(problem: str) -> Invalid:
    return Invalid(
        "minutes_do_not_fit",
        "state and minutes of the attendance do not fit together",
        fields=(FieldProblem("minutes", problem, "attendance.minutes"),),
    )
