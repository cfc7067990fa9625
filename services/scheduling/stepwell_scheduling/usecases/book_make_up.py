"""Book a make-up session for a missed one."""

from uuid import UUID

from stepwell_contracts.http.scheduling_care import BookMakeUp, MakeUpBooked
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import AttendanceState
from stepwell_kernel.errors import Conflict
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import BOOK_MAKE_UP
from stepwell_scheduling.domain.make_up import check_equivalent, check_missed, program_week
from stepwell_scheduling.domain.sessions import Session
from stepwell_scheduling.store.bookings import Booking, find_booking, make_up_of
from stepwell_scheduling.store.episodes import find_episode, weeks_from
from stepwell_scheduling.store.reference import find_zone
from stepwell_scheduling.store.sessions import find_session
from stepwell_scheduling.usecases.book_seat import check_guest, seat


async def book_make_up(tx: Transaction, booking_id: UUID, command: BookMakeUp) -> MakeUpBooked:
    """Give the patient a seat that makes up for a missed booking; a missed booking is made up for once.

    Raises NotFound (`booking_not_found`, `session_not_found`), Unavailable (`session_changing`), Conflict
    (`not_missed`, `made_up_already`, `other_modality`, `other_week`, `make_ups_full`, `episode_not_in_care`,
    `other_facility`, `session_cancelled`, `session_started`, `other_age_band`, `patient_taken`, `session_full`,
    `enrollment_closed`, `kept_apart`, `day_full`).
    """
    missed = await find_booking(tx, booking_id)
    tx.authorize(BOOK_MAKE_UP, Resource(tx.tenant, "booking", booking_id, missed.facility_id))
    stream = await lock_patient(tx, missed.patient_id)
    missed = await find_booking(tx, booking_id)
    check_missed(missed.state, AttendanceState(missed.attendance) if missed.attendance else None, missed.counts_as)
    if await make_up_of(tx, booking_id) is not None:
        raise Conflict("made_up_already", "the missed booking has a make-up", rule="make_up.once")
    session = await find_session(tx, command.session_id)
    await check_makes_up(tx, missed, session)
    episode = await find_episode(tx, missed.episode_id)
    await check_guest(tx, session, episode)
    booking = await seat(tx, stream, session, episode, makes_up=booking_id)
    return MakeUpBooked(
        booking_id=booking.booking_id,
        makes_up=booking_id,
        session_id=session.session_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )


async def check_makes_up(tx: Transaction, missed: Booking, session: Session) -> None:
    """Raise Conflict (`other_modality`, `other_week`) unless the session can make up for the missed booking."""
    zone, origin = await find_zone(tx, missed.facility_id), await weeks_from(tx, missed.episode_id)
    weeks = [program_week(local_at(one.starts_at, zone).date(), origin) for one in (missed, session)]
    check_equivalent((missed.modality, weeks[0]), (session.modality, weeks[1]))
