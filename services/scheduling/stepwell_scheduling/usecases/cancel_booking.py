"""Give a booked seat back."""

from uuid import UUID

from stepwell_contracts.events.scheduling import AppointmentCancelled
from stepwell_contracts.http.scheduling import BookingCancelled, CancelBooking
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import AttendanceState
from stepwell_kernel.errors import Conflict
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.access import CANCEL_BOOKING
from stepwell_scheduling.domain.attendance import Attendance
from stepwell_scheduling.store.bookings import Booking, find_booking, mark_cancelled
from stepwell_scheduling.store.care_rules import attendance_rule, is_program_cancellation
from stepwell_scheduling.store.sessions import give_seats_back, release
from stepwell_scheduling.usecases.close_visits import close_visits
from stepwell_scheduling.usecases.record_attendance import note


async def cancel_booking(tx: Transaction, booking_id: UUID, command: CancelBooking) -> BookingCancelled:
    """Free the seat; cancelling a cancelled booking changes nothing and is answered alike.

    A seat given back too late is recorded as such and told as missed, unless the reason is the program's own. A visit
    is called off with its only seat.

    Raises NotFound (`booking_not_found`), Conflict (`session_started`).
    """
    booking = await find_booking(tx, booking_id)
    tx.authorize(CANCEL_BOOKING, Resource(tx.tenant, "booking", booking_id, booking.facility_id))
    stream = await lock_patient(tx, booking.patient_id)
    booking = await find_booking(tx, booking_id)
    attendance = AttendanceState(booking.attendance) if booking.attendance else None
    if booking.state == "booked":
        if booking.starts_at <= tx.now:
            raise Conflict("session_started", "the session has started", rule="seat.before_start")
        await free(tx, stream, booking, command.reason_code)
        await close_visits(tx, [booking.session_id], command.reason_code)
        attendance = await _note_late(tx, stream, booking, command.reason_code)
    return BookingCancelled(booking_id=booking_id, attendance=attendance)


async def _note_late(tx: Transaction, stream: Stream, booking: Booking, reason_code: str) -> AttendanceState | None:
    rule = await attendance_rule(tx, booking.facility_id, booking.starts_at)
    if not rule.is_late_cancel(tx.now, booking.starts_at):
        return None
    if await is_program_cancellation(tx, booking.facility_id, booking.starts_at, reason_code):
        return None
    await note(tx, stream, booking, Attendance(AttendanceState.LATE_CANCEL, 0), rule)
    return AttendanceState.LATE_CANCEL


async def free(tx: Transaction, stream: Stream, booking: Booking, reason_code: str) -> None:
    """Cancel a booking that stands, free seat and patient, and tell it."""
    await mark_cancelled(tx, booking.booking_id, reason_code)
    await release(tx, "patient", [booking.booking_id])
    await give_seats_back(tx, [booking.session_id])
    event = AppointmentCancelled(
        booking_id=booking.booking_id,
        episode_id=booking.episode_id,
        patient_id=booking.patient_id,
        reason_code=reason_code,
    )
    tx.emit(stream, event, episode_id=booking.episode_id)
