"""Give a booked seat back."""

from uuid import UUID

from stepwell_contracts.events.scheduling import AppointmentCancelled
from stepwell_contracts.http.scheduling import BookingCancelled, CancelBooking
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.access import CANCEL_BOOKING
from stepwell_scheduling.store.bookings import Booking, find_booking, mark_cancelled
from stepwell_scheduling.store.sessions import give_seats_back, release


async def cancel_booking(tx: Transaction, booking_id: UUID, command: CancelBooking) -> BookingCancelled:
    """Free the seat; cancelling a cancelled booking changes nothing and is answered alike.

    Raises NotFound (`booking_not_found`), Conflict (`session_started`).
    """
    booking = await find_booking(tx, booking_id)
    tx.authorize(CANCEL_BOOKING, Resource(tx.tenant, "booking", booking_id, booking.facility_id))
    stream = await lock_patient(tx, booking.patient_id)
    booking = await find_booking(tx, booking_id)
    if booking.state == "booked":
        if booking.starts_at <= tx.now:
            raise Conflict("session_started", "the session has started", rule="seat.before_start")
        await free(tx, stream, booking, command.reason_code)
    return BookingCancelled(booking_id=booking_id)


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
