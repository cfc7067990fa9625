"""Move a booked seat to another session; the booking keeps its id."""

from uuid import UUID

from stepwell_contracts.events.scheduling_care import AppointmentMoved
from stepwell_contracts.http.scheduling_care import BookingMoved, MoveBooking
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_facility, lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import MOVE_BOOKING
from stepwell_scheduling.domain.moves import check_move
from stepwell_scheduling.store.bookings import find_booking, move_to_session
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.sessions import find_session, give_seats_back, release
from stepwell_scheduling.usecases.book_make_up import check_makes_up
from stepwell_scheduling.usecases.book_seat import check_guest, take


async def move_booking(tx: Transaction, booking_id: UUID, command: MoveBooking) -> BookingMoved:
    """Exchange seat and time in one step: where the new ones cannot be had, the old ones stay.

    Raises NotFound (`booking_not_found`, `session_not_found`), Unavailable (`session_changing`), Conflict
    (`booking_not_standing`, `session_started`, `same_session`, `other_modality`, `other_week`, `visit_not_movable`,
    `episode_not_in_care`, `other_facility`, `session_cancelled`, `other_age_band`, `patient_taken`, `session_full`,
    `enrollment_closed`, `kept_apart`, `day_full`).
    """
    booking = await find_booking(tx, booking_id)
    tx.authorize(MOVE_BOOKING, Resource(tx.tenant, "booking", booking_id, booking.facility_id))
    stream = await lock_patient(tx, booking.patient_id)
    await lock_facility(tx, booking.facility_id)
    booking = await find_booking(tx, booking_id)
    session = await find_session(tx, command.session_id)
    former = await find_session(tx, booking.session_id)
    check_move(booking.state, former, session, tx.now)
    if booking.makes_up is not None:
        await check_makes_up(tx, await find_booking(tx, booking.makes_up), session)
    episode = await find_episode(tx, booking.episode_id)
    await check_guest(tx, session, episode)
    await release(tx, "patient", [booking_id])
    rule = await take(tx, booking_id, session, episode, make_up=booking.makes_up is not None)
    await give_seats_back(tx, [former.session_id])
    await move_to_session(tx, booking_id, session.session_id, (str(rule),))
    event = AppointmentMoved(
        booking_id=booking_id,
        episode_id=booking.episode_id,
        patient_id=booking.patient_id,
        facility_id=booking.facility_id,
        session_id=session.session_id,
        former_session_id=former.session_id,
        modality=session.modality,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        former_starts_at=former.starts_at,
        reason_code=command.reason_code,
    )
    tx.emit(stream, event, episode_id=booking.episode_id)
    return BookingMoved(
        booking_id=booking_id,
        session_id=session.session_id,
        former_session_id=former.session_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )
