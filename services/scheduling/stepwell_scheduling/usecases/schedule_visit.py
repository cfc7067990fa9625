"""Schedule a visit of one patient: individual or family therapy, medication management."""

from datetime import datetime, timedelta

from stepwell_contracts.events.scheduling_timetable import VisitScheduled
from stepwell_contracts.http.scheduling_timetable import ScheduleVisit, VisitBooked
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Modality
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import resolve
from stepwell_messaging.streams import facility_stream, lock_facility, lock_patient, patient_stream
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import SCHEDULE_VISIT
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.sessions import Session, Wish, check_ahead, check_seat, check_visit
from stepwell_scheduling.store.bookings import Booking
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.reference import find_facility
from stepwell_scheduling.store.sessions import insert_session
from stepwell_scheduling.usecases.arrange import arrange_visit
from stepwell_scheduling.usecases.book_seat import seat


async def schedule_visit(tx: Transaction, command: ScheduleVisit) -> VisitBooked:
    """Put the visit on the timetable and book its one seat.

    Raises Unavailable (`episode_not_known_yet`, `facility_not_known_yet`), Invalid (`skipped_local_time`) and as
    `create_visit`.
    """
    episode = await find_episode(tx, command.episode_id)
    tx.authorize(SCHEDULE_VISIT, Resource(tx.tenant, "episode", episode.episode_id, episode.facility_id))
    await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, command.episode_id)
    await lock_facility(tx, episode.facility_id)
    facility = await find_facility(tx, episode.facility_id)
    wish = Wish(command.starts_local, command.minutes, command.clinician_id, command.room_id, command.setting)
    starts_at = resolve(wish.starts_local, facility.zone)
    booking = await create_visit(
        tx, episode, command.modality, wish, starts_at, patient_jurisdiction=command.patient_jurisdiction
    )
    return VisitBooked(
        session_id=booking.session_id,
        booking_id=booking.booking_id,
        episode_id=booking.episode_id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
    )


async def create_visit(
    tx: Transaction,
    episode: Episode,
    modality: Modality,
    wish: Wish,
    starts_at: datetime,
    *,
    patient_jurisdiction: str | None = None,
) -> Booking:
    """A session of one seat for the patient, whose stream and facility are locked, and its booking; both are told.

    Raises Invalid (`not_a_visit`, `room_does_not_fit`, `not_of_facility`), Conflict (`session_in_the_past`,
    `credential_missing`, `license_missing`, `patient_state_unknown`, `clinician_taken`, `room_taken`) and as
    `book_seat`.
    """
    check_visit(modality)
    check_ahead(starts_at, tx.now)
    facility = await find_facility(tx, episode.facility_id)
    arrangement = await arrange_visit(tx, facility, modality, wish, patient_jurisdiction)
    session = Session(
        session_id=new_id(),
        facility_id=episode.facility_id,
        program_id=episode.program_id,
        group_id=None,
        modality=modality,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=wish.minutes),
        capacity=1,
        taken=0,
        setting=wish.setting,
    )
    check_seat(session, episode, tx.now)
    await insert_session(tx, session, arrangement)
    visit = VisitScheduled(
        session_id=session.session_id,
        facility_id=session.facility_id,
        modality=modality,
        setting=session.setting,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        clinician_id=arrangement.clinician_id,
    )
    tx.emit(facility_stream(tx, session.facility_id), visit)
    return await seat(tx, patient_stream(tx, episode.patient_id), session, episode)
