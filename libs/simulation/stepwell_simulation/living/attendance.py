"""Attendance: who came, who did not, who is noted wrongly at first; seats and meetings that wait for somebody."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from stepwell_contracts.http.scheduling import BookingView, BookSeat, RecordAttendance
from stepwell_contracts.http.scheduling_care import JoinGroup
from stepwell_contracts.http.scheduling_timetable import ExceptDay
from stepwell_kernel.codes import AttendanceState, Role
from stepwell_kernel.errors import Forbidden
from stepwell_kernel.local_time import local_at
from stepwell_simulation.bookings import minutes_of
from stepwell_simulation.conduct import ABSENT, THERE, Attended
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import Answer, Office, Row
from stepwell_simulation.living.rows import patient_of

#: More than any rule takes for punctual; how late somebody came is noted from here on.
SURELY_LATE_MINUTES = 15


async def note_attendance(office: Office, found: Case | None, row: Row) -> datetime | None:
    """Who came is noted after the session; a wrong entry is noticed and put right some days later."""
    case = patient_of(found, row)
    booking = next((one for one in await _seats(office, case) if one.booking_id == row.subject_id), None)
    if booking is None:
        return None
    session, attended = _session(booking), _attended(case, booking)
    wrong = case.conduct.is_entered_wrongly(session)
    noted = attended.mistaken() if wrong else attended
    scheduling = office.person(Role.COUNSELOR).scheduling
    await scheduling.record_attendance(booking.booking_id, entry_of(booking, noted), key=row.key())
    case.came[session] = attended.state
    office.entries.note(wrong=wrong)
    if wrong:
        _correct(office, case, booking)
    return None


async def correct_again(office: Office, case: Case) -> None:
    """Wrong entries of which an earlier process of the run would have made right ones are noticed anew."""
    for booking in await _seats(office, case):
        was_wrong = case.conduct.is_entered_wrongly(_session(booking))
        if was_wrong and booking.attendance is _attended(case, booking).mistaken().state:
            office.entries.note(wrong=True)
            _correct(office, case, booking)


async def _seats(office: Office, case: Case) -> Sequence[BookingView]:
    """The seats of a patient. After a transfer those of the former facility are read where the patient is now."""
    try:
        return (await office.person(Role.COUNSELOR).scheduling.bookings(case.episode_id)).bookings
    except Forbidden:
        elsewhere = office.people[case.house.staff_of(Role.COUNSELOR)]
        return (await elsewhere.scheduling.bookings(case.episode_id)).bookings


def _session(booking: BookingView) -> str:
    return f"{booking.modality}-{booking.starts_at.isoformat()}"


def _attended(case: Case, booking: BookingView) -> Attended:
    """What was true of a seat."""
    day = (booking.starts_at - (case.admitted_at or booking.starts_at)) / timedelta(days=1)
    return ABSENT if case.away else case.conduct.session(_session(booking), day)


def _correct(office: Office, case: Case, booking: BookingView) -> None:
    attended = _attended(case, booking)

    async def correct() -> None:
        key = case.key(f"right-{booking.booking_id}")
        scheduling = office.person(Role.COUNSELOR).scheduling
        await scheduling.record_attendance(booking.booking_id, entry_of(booking, attended), key=key)
        office.entries.corrected += 1

    office.later("correction", case.conduct.noticed_after(_session(booking)), correct)


def entry_of(booking: BookingView, attended: Attended) -> RecordAttendance:
    """The entry about a seat; by how many minutes somebody was late is noted where it is late by any rule."""
    minutes = minutes_of(booking)
    there = round(minutes * attended.share) if attended.state in THERE else 0
    late = minutes - there if attended.state is AttendanceState.LATE else 0
    return RecordAttendance(
        state=attended.state, minutes=there, late_minutes=late if late > SURELY_LATE_MINUTES else None
    )


async def seat_member(office: Office, found: Case | None, row: Row) -> datetime | None:
    """A member of a group without a seat in a meeting gets one."""
    case = patient_of(found, row)
    session_id = UUID(row.row.command.split("/")[3])
    scheduling = office.person(Role.SCHEDULER).scheduling
    await scheduling.book_seat(session_id, BookSeat(episode_id=case.episode_id), key=row.key(str(session_id)))
    return None


async def give_place(office: Office, found: Case | None, row: Row) -> datetime | None:
    """Who waits for a group gets the place that came free."""
    case = patient_of(found, row)
    group_id = UUID(row.row.command.split("/")[3])
    body = JoinGroup(episode_id=case.episode_id, from_day=case.today(office.now()) + timedelta(days=1))
    await office.person(Role.SCHEDULER).scheduling.join_group(group_id, body, key=row.key())
    return None


async def leave_out(office: Office, found: Case | None, row: Row) -> datetime | None:
    """A meeting that cannot be held is left out."""
    del found
    day = local_at(row.row.due_at, office.house.zone).date()
    body = ExceptDay(day=day, reason_code="not_possible")
    await office.person(Role.SCHEDULER).scheduling.leave_day_out(row.subject_id, body, key=row.key(day.isoformat()))
    return None


SEATS: Mapping[str, Answer] = MappingProxyType(
    {
        "attendance": note_attendance,
        "member_without_seat": seat_member,
        "wait_with_place": give_place,
        "meeting_not_scheduled": leave_out,
    }
)
