"""Book a seat in a session for a patient."""

from uuid import UUID

from stepwell_contracts.events.scheduling import AppointmentBooked
from stepwell_contracts.http.scheduling import BookSeat, SeatBooked
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.access import BOOK_SEAT
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.sessions import Session, check_seat
from stepwell_scheduling.store.bookings import Booking, insert_booking
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.sessions import claim, find_session, take_seat


async def book_seat(tx: Transaction, session_id: UUID, command: BookSeat) -> SeatBooked:
    """Give the patient a seat.

    Raises NotFound (`session_not_found`), Unavailable (`episode_not_known_yet`), Conflict (`episode_not_in_care`,
    `other_facility`, `session_started`, `patient_taken`, `session_full`).
    """
    session = await find_session(tx, session_id)
    tx.authorize(BOOK_SEAT, Resource(tx.tenant, "session", session_id, session.facility_id))
    episode = await find_episode(tx, command.episode_id)
    stream = await lock_patient(tx, episode.patient_id)
    check_seat(session, episode, tx.now)
    booking = await seat(tx, stream, session, episode)
    return SeatBooked(
        booking_id=booking.booking_id,
        session_id=session_id,
        episode_id=episode.episode_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )


async def seat(
    tx: Transaction, stream: Stream, session: Session, episode: Episode, *, replacement_id: UUID | None = None
) -> Booking:
    """Take patient and seat for the session, whose rules have been checked, and tell it."""
    booking = Booking(
        booking_id=new_id(),
        facility_id=session.facility_id,
        session_id=session.session_id,
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        state="booked",
        attendance=None,
        minutes=None,
        modality=session.modality,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )
    if not await claim(tx, "patient", episode.patient_id, booking.booking_id, session):
        raise Conflict("patient_taken", "the patient has another appointment at that time", rule="seat.no_overlap")
    if not await take_seat(tx, session.session_id):
        raise Conflict("session_full", "all seats of the session are taken", rule="seat.capacity")
    await insert_booking(tx, booking, replacement_id=replacement_id)
    tx.emit(stream, booked(booking), episode_id=episode.episode_id)
    return booking


def booked(booking: Booking) -> AppointmentBooked:
    """The event that tells of a booking."""
    return AppointmentBooked(
        booking_id=booking.booking_id,
        episode_id=booking.episode_id,
        patient_id=booking.patient_id,
        facility_id=booking.facility_id,
        session_id=booking.session_id,
        modality=booking.modality,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
    )
