"""Schedule a meeting of a group at a local time of its facility."""

from datetime import datetime, timedelta
from uuid import UUID

from stepwell_contracts.events.scheduling import SessionScheduled
from stepwell_contracts.http.scheduling import ScheduleSession, SessionPlanned
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import resolve
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import SCHEDULE_SESSION
from stepwell_scheduling.domain.reference import Group
from stepwell_scheduling.domain.sessions import Session, Wish, check_ahead
from stepwell_scheduling.store.reference import find_facility, find_group
from stepwell_scheduling.store.sessions import insert_session
from stepwell_scheduling.usecases.arrange import arrange_meeting
from stepwell_scheduling.usecases.lock_roster import lock_roster
from stepwell_scheduling.usecases.seat_members import seat_members


async def schedule_session(tx: Transaction, group_id: UUID, command: ScheduleSession) -> SessionPlanned:
    """Plan the session with the group's seats, at most those of the room; members of the group have theirs at once.

    Raises NotFound (`group_not_found`), Invalid (`room_does_not_fit`, `not_of_facility`, `skipped_local_time`),
    Conflict (`credential_missing`, `license_missing`, `patient_state_unknown`, `session_in_the_past`,
    `clinician_taken`, `room_taken`).
    """
    group = await find_group(tx, group_id)
    tx.authorize(SCHEDULE_SESSION, Resource(tx.tenant, "group", group_id, group.facility_id))
    stream = await lock_roster(tx, group.facility_id, groups=[group_id])
    group = await find_group(tx, group_id)
    facility = await find_facility(tx, group.facility_id)
    wish = Wish(command.starts_local, command.minutes, command.clinician_id, command.room_id, command.setting)
    arrangement, seats = await arrange_meeting(tx, facility, group, wish)
    starts_at = resolve(command.starts_local, facility.zone)
    check_ahead(starts_at, tx.now)
    session = meeting(group, wish, starts_at, seats)
    await insert_session(tx, session, arrangement)
    tx.emit(stream, scheduled(group, session))
    await seat_members(tx, [session])
    return planned(session)


def meeting(group: Group, wish: Wish, starts_at: datetime, seats: int, *, series_id: UUID | None = None) -> Session:
    """A session of the group, with its seats free."""
    return Session(
        session_id=new_id(),
        facility_id=group.facility_id,
        program_id=group.program_id,
        group_id=group.group_id,
        modality=group.modality,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=wish.minutes),
        capacity=seats,
        taken=0,
        age_band=group.age_band,
        setting=wish.setting,
        series_id=series_id,
    )


def scheduled(group: Group, session: Session) -> SessionScheduled:
    """The event that tells of a meeting."""
    return SessionScheduled(
        session_id=session.session_id,
        facility_id=session.facility_id,
        group_id=group.group_id,
        modality=session.modality,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        capacity=session.capacity,
        setting=session.setting,
        series_id=session.series_id,
    )


def planned(session: Session) -> SessionPlanned:
    """The answer that tells of a session."""
    return SessionPlanned(
        session_id=session.session_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        capacity=session.capacity,
    )
