"""Book a seat in a session for a patient."""

from uuid import UUID

from stepwell_contracts.events.scheduling import AppointmentBooked
from stepwell_contracts.http.scheduling import BookSeat, SeatBooked
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict, Unavailable
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.access import BOOK_SEAT
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.rosters import check_enrollment
from stepwell_scheduling.domain.rules import RuleVersion
from stepwell_scheduling.domain.seating import check_seating
from stepwell_scheduling.domain.sessions import Session, check_seat
from stepwell_scheduling.store.bookings import Booking, insert_booking
from stepwell_scheduling.store.care_rules import day_rule, enrollment_rule
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.reference import find_group
from stepwell_scheduling.store.rosters import meetings_before, memberships_of
from stepwell_scheduling.store.seating import neighbours
from stepwell_scheduling.store.sessions import claim, find_session, take_seat


async def book_seat(tx: Transaction, session_id: UUID, command: BookSeat) -> SeatBooked:
    """Give the patient a seat.

    Raises NotFound (`session_not_found`), Unavailable (`episode_not_known_yet`, `session_changing`), Conflict
    (`episode_not_in_care`, `other_facility`, `session_cancelled`, `session_started`, `other_age_band`,
    `enrollment_closed`, `patient_taken`, `session_full`, `kept_apart`, `day_full`).
    """
    session = await find_session(tx, session_id)
    tx.authorize(BOOK_SEAT, Resource(tx.tenant, "session", session_id, session.facility_id))
    episode = await find_episode(tx, command.episode_id)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, command.episode_id)
    await check_guest(tx, session, episode)
    booking = await seat(tx, stream, session, episode)
    return SeatBooked(
        booking_id=booking.booking_id,
        session_id=session_id,
        episode_id=episode.episode_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )


async def check_guest(tx: Transaction, session: Session, episode: Episode) -> None:
    """Raise Conflict unless the episode may have a seat in that one session.

    As `check_seat`; and a closed group that has had the meetings after which one may enter takes its members only
    (`enrollment_closed`).
    """
    check_seat(session, episode, tx.now)
    group = None if session.group_id is None else await find_group(tx, session.group_id)
    if group is None or group.is_open:
        return
    day = local_at(session.starts_at, group.zone).date()
    members = await memberships_of(tx, episode.episode_id, day)
    if not any(one.group_id == group.group_id and one.covers(day) for one in members):
        rule = await enrollment_rule(tx, group.facility_id, tx.now)
        check_enrollment(rule, await meetings_before(tx, group.group_id, day))


async def seat(
    tx: Transaction,
    stream: Stream,
    session: Session,
    episode: Episode,
    *,
    replacement_id: UUID | None = None,
    makes_up: UUID | None = None,
) -> Booking:
    """Take patient and seat for the session, whose rules have been checked, and tell it.

    Who takes seats in several sessions must have locked their facility.
    """
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
    rule = await take(tx, booking.booking_id, session, episode, make_up=makes_up is not None)
    await insert_booking(tx, booking, rules=(str(rule),), replacement_id=replacement_id, makes_up=makes_up)
    tx.emit(stream, booked(booking), episode_id=episode.episode_id)
    return booking


async def take(
    tx: Transaction, booking_id: UUID, session: Session, episode: Episode, *, make_up: bool = False
) -> RuleVersion:
    """Take the patient's time and a seat of the session as it was read; the version of the rule for the patient's day.

    The seat is taken before it is asked who sits there: two who are kept apart and come at once find each other.
    """
    if not await claim(tx, "patient", episode.patient_id, booking_id, session):
        raise Conflict("patient_taken", "the patient has another appointment at that time", rule="seat.no_overlap")
    if not await take_seat(tx, session, episode.age_band):
        current = await find_session(tx, session.session_id)
        if current.taken < current.capacity:
            raise Unavailable("session_changing", "the session was changed at this moment")
        raise Conflict("session_full", "all seats of the session are taken", rule="seat.capacity")
    rule = await day_rule(tx, session.facility_id, session.starts_at)
    beside = await neighbours(tx, session.session_id, episode.patient_id, booking_id)
    check_seating(rule, beside, session.minutes, make_up=make_up)
    return rule.rule


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
