"""Record what became of a booked seat."""

from uuid import UUID

from stepwell_contracts.events.scheduling import AttendanceRecorded, AttendanceResumed, SessionMissed
from stepwell_contracts.http.scheduling import AttendanceNoted, RecordAttendance
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import AttendanceState
from stepwell_kernel.errors import Conflict
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.access import RECORD_ATTENDANCE
from stepwell_scheduling.domain.attendance import ATTENDED, DECISIVE, MISSED, check_attendance
from stepwell_scheduling.store.attendance import close_missed, last_decisive, open_missed
from stepwell_scheduling.store.bookings import Booking, find_booking, store_attendance


async def record_attendance(tx: Transaction, booking_id: UUID, command: RecordAttendance) -> AttendanceNoted:
    """Store state and minutes; recording the same again changes nothing.

    A missed session is told once, however often it is recorded as missed, and the patient's return once after it.

    Raises NotFound (`booking_not_found`), Conflict (`booking_not_standing`, `session_not_started`), Invalid
    (`minutes_do_not_fit`).
    """
    booking = await find_booking(tx, booking_id)
    tx.authorize(RECORD_ATTENDANCE, Resource(tx.tenant, "booking", booking_id, booking.facility_id))
    stream = await lock_patient(tx, booking.patient_id)
    booking = await find_booking(tx, booking_id)
    if booking.state != "booked":
        raise Conflict("booking_not_standing", "the booking was cancelled", rule="attendance.booked")
    if tx.now < booking.starts_at:
        raise Conflict("session_not_started", "the session has not started", rule="attendance.after_start")
    check_attendance(command.state, command.minutes, booking.session_minutes)
    noted = AttendanceNoted(booking_id=booking_id, state=command.state, minutes=command.minutes)
    if (booking.attendance, booking.minutes) == (command.state, command.minutes):
        return noted
    await store_attendance(tx, booking_id, command.state, command.minutes)
    event = AttendanceRecorded(
        booking_id=booking_id,
        episode_id=booking.episode_id,
        session_id=booking.session_id,
        modality=booking.modality,
        state=command.state,
        minutes=command.minutes,
    )
    tx.emit(stream, event, episode_id=booking.episode_id)
    await _tell_missed(tx, stream, booking, command.state)
    await _tell_resumed(tx, stream, booking.episode_id, command.state)
    return noted


async def _tell_missed(tx: Transaction, stream: Stream, booking: Booking, state: AttendanceState) -> None:
    """Tell a miss, unless the booking was missed before in another way."""
    if state not in MISSED or booking.attendance in MISSED or not await open_missed(tx, booking.booking_id):
        return
    missed = SessionMissed(booking_id=booking.booking_id, episode_id=booking.episode_id, starts_at=booking.starts_at)
    tx.emit(stream, missed, episode_id=booking.episode_id)


async def _tell_resumed(tx: Transaction, stream: Stream, episode_id: UUID, state: AttendanceState) -> None:
    """Tell the return, when the last session that says whether the patient comes was attended.

    Attendance is recorded late and out of order: what counts is the order of the sessions, not of the records.
    """
    if state not in DECISIVE:
        return
    last = await last_decisive(tx, episode_id)
    if last is None or last.attendance not in ATTENDED or not await close_missed(tx, episode_id):
        return
    resumed = AttendanceResumed(episode_id=episode_id, booking_id=last.booking_id, starts_at=last.starts_at)
    tx.emit(stream, resumed, episode_id=episode_id)
