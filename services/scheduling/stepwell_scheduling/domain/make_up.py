"""Make-up sessions: of the same modality in the same program week as the missed one, and counted once."""

from datetime import date, timedelta

from stepwell_kernel.codes import AttendanceState, Modality
from stepwell_kernel.errors import Conflict
from stepwell_scheduling.domain.attendance import ABSENT, Counted

#: Seats that were not used, whoever was the reason.
UNUSED = ABSENT | {AttendanceState.TELEHEALTH_TECH_FAILURE}

WEEK = timedelta(days=7)


def program_week(day: date, weeks_from: date | None) -> date:
    """The first day of the program week of a local day: seven days from the day on which treatment began.

    Until that day is known, weeks begin on Monday.
    """
    origin = weeks_from or day - timedelta(days=day.weekday())
    return origin + (day - origin) // WEEK * WEEK


def check_missed(state: str, attendance: AttendanceState | None, counted: Counted | None) -> None:
    """Raise Conflict (`not_missed`) unless the booking was given back or its seat not used."""
    unused = attendance in UNUSED or (attendance is not None and counted is Counted.ABSENT)
    if state != "cancelled" and not unused:
        raise Conflict("not_missed", "the booking stands or was attended", rule="make_up.missed")


def check_equivalent(missed: tuple[Modality, date], made_up: tuple[Modality, date]) -> None:
    """Raise Conflict (`other_modality`, `other_week`) unless modality and program week are those of the missed one."""
    if missed[0] is not made_up[0]:
        raise Conflict("other_modality", f"a make-up for {missed[0]} is {missed[0]}", rule="make_up.modality")
    if missed[1] != made_up[1]:
        raise Conflict(
            "other_week", f"a make-up lies in the program week from {missed[1]}", rule="make_up.program_week"
        )
