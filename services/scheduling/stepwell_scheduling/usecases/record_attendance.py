"""Record what became of a booked seat."""

from uuid import UUID

from stepwell_contracts.events.scheduling import AttendanceRecorded, SessionMissed
from stepwell_contracts.http.scheduling import AttendanceNoted, RecordAttendance
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import RECORD_ATTENDANCE
from stepwell_scheduling.domain.attendance import MISSED, check_attendance
from stepwell_scheduling.store.bookings import find_booking, store_attendance


async def record_attendance(tx: Transaction, booking_id: UUID, command: RecordAttendance) -> AttendanceNoted:
    """Store state and minutes; recording the same again changes nothing.

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
    if command.state in MISSED:
        missed = SessionMissed(booking_id=booking_id, episode_id=booking.episode_id, starts_at=booking.starts_at)
        tx.emit(stream, missed, episode_id=booking.episode_id)
    return noted
