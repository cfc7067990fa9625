"""Record what became of a booked seat."""

from uuid import UUID

from stepwell_contracts.events.scheduling import AttendanceRecorded, AttendanceResumed, SessionMissed
from stepwell_contracts.events.scheduling_care import AttendanceAmended
from stepwell_contracts.http.scheduling import AttendanceNoted, RecordAttendance
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import AttendanceState
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.access import RECORD_ATTENDANCE
from stepwell_scheduling.domain.attendance import (
    MISSED,
    Attendance,
    AttendanceRule,
    check_attendance,
    check_recordable,
    is_decisive,
)
from stepwell_scheduling.domain.weeks import WeekTally
from stepwell_scheduling.store.attendance import close_missed, last_decisive, open_missed
from stepwell_scheduling.store.bookings import Booking, find_booking, store_attendance
from stepwell_scheduling.store.care_rules import attendance_rule
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.reference import find_zone
from stepwell_scheduling.store.weeks import amend_week, attended_minutes, closed_week


async def record_attendance(tx: Transaction, booking_id: UUID, command: RecordAttendance) -> AttendanceNoted:
    """Store state and minutes; recording the same again changes nothing.

    A missed session is told once, however often it is recorded as missed, and the patient's return once after it. Once
    the episode's week is closed, its tally is amended.

    Raises NotFound (`booking_not_found`), Conflict (`booking_not_standing`, `session_not_started`), Invalid
    (`minutes_do_not_fit`).
    """
    booking = await find_booking(tx, booking_id)
    tx.authorize(RECORD_ATTENDANCE, Resource(tx.tenant, "booking", booking_id, booking.facility_id))
    stream = await lock_patient(tx, booking.patient_id)
    booking = await find_booking(tx, booking_id)
    given = Attendance(command.state, command.minutes, command.late_minutes)
    check_recordable(booking.state, booking.attendance, given.state, starts_at=booking.starts_at, now=tx.now)
    rule = await attendance_rule(tx, booking.facility_id, booking.starts_at)
    check_attendance(rule, given, booking.session_minutes)
    if (booking.attendance, booking.minutes, booking.late_minutes) != (given.state, given.minutes, given.late_minutes):
        await note(tx, stream, booking, given, rule)
        await _amend(tx, stream, booking, given)
    return AttendanceNoted(booking_id=booking_id, state=given.state, minutes=given.minutes)


async def note(tx: Transaction, stream: Stream, booking: Booking, given: Attendance, rule: AttendanceRule) -> None:
    """Store and tell attendance that has been checked, and what it says of staying away and coming back."""
    counted = rule.counts_as(given.minutes, booking.session_minutes)
    await store_attendance(tx, booking.booking_id, given, counted, rule.rule)
    event = AttendanceRecorded(
        booking_id=booking.booking_id,
        episode_id=booking.episode_id,
        session_id=booking.session_id,
        modality=booking.modality,
        state=given.state,
        minutes=given.minutes,
    )
    tx.emit(stream, event, episode_id=booking.episode_id)
    await _tell_missed(tx, stream, booking, given.state)
    if is_decisive(given.state, counted):
        await _tell_resumed(tx, stream, booking.episode_id)


async def _tell_missed(tx: Transaction, stream: Stream, booking: Booking, state: AttendanceState) -> None:
    """Tell a miss, unless the booking was missed before in another way."""
    if state not in MISSED or booking.attendance in MISSED or not await open_missed(tx, booking.booking_id):
        return
    missed = SessionMissed(booking_id=booking.booking_id, episode_id=booking.episode_id, starts_at=booking.starts_at)
    tx.emit(stream, missed, episode_id=booking.episode_id)


async def _tell_resumed(tx: Transaction, stream: Stream, episode_id: UUID) -> None:
    """Tell the return, when the last session that says whether the patient comes was attended.

    Attendance is recorded late and out of order: what counts is the order of the sessions, not of the records.
    """
    last = await last_decisive(tx, episode_id)
    if last is None or last.attendance in MISSED or not await close_missed(tx, episode_id):
        return
    resumed = AttendanceResumed(episode_id=episode_id, booking_id=last.booking_id, starts_at=last.starts_at)
    tx.emit(stream, resumed, episode_id=episode_id)


async def _amend(tx: Transaction, stream: Stream, booking: Booking, given: Attendance) -> None:
    """Tally the booking's week anew, if it was closed before."""
    episode = await find_episode(tx, booking.episode_id)
    zone = await find_zone(tx, episode.facility_id)
    closed = await closed_week(tx, booking.episode_id, booking.starts_at, zone)
    if closed is None:
        return
    week, former = closed
    tally = WeekTally(former.required_minutes, await attended_minutes(tx, booking.episode_id, week))
    await amend_week(tx, booking.episode_id, week.starts_on, tally)
    amended = AttendanceAmended(
        booking_id=booking.booking_id,
        episode_id=booking.episode_id,
        session_id=booking.session_id,
        modality=booking.modality,
        state=given.state,
        minutes=given.minutes,
        former_minutes=booking.minutes or 0,
        week_starts_on=week.starts_on,
        required_minutes=tally.required_minutes,
        attended_minutes=tally.attended_minutes,
        shortfall_minutes=tally.shortfall_minutes,
    )
    tx.emit(stream, amended, episode_id=booking.episode_id)
