"""Schedule a meeting of a group at a local time of its facility."""

from datetime import timedelta
from uuid import UUID

from stepwell_contracts.events.scheduling import SessionScheduled
from stepwell_contracts.http.scheduling import ScheduleSession, SessionPlanned
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import resolve
from stepwell_messaging.streams import lock_facility
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import SCHEDULE_SESSION
from stepwell_scheduling.domain.sessions import Session
from stepwell_scheduling.store.reference import Group, find_group, known_here
from stepwell_scheduling.store.sessions import insert_session


async def schedule_session(tx: Transaction, group_id: UUID, command: ScheduleSession) -> SessionPlanned:
    """Plan the session with the group's seats, at most those of the room.

    Raises NotFound (`group_not_found`), Invalid (`not_of_facility`, `skipped_local_time`), Conflict
    (`session_in_the_past`, `clinician_taken`, `room_taken`).
    """
    group = await find_group(tx, group_id)
    tx.authorize(SCHEDULE_SESSION, Resource(tx.tenant, "group", group_id, group.facility_id))
    seats = await _seats(tx, group, command)
    stream = await lock_facility(tx, group.facility_id)
    starts_at = resolve(command.starts_local, group.zone)
    if starts_at <= tx.now:
        raise Conflict("session_in_the_past", "a session is planned ahead", rule="session.ahead")
    session = Session(
        session_id=new_id(),
        facility_id=group.facility_id,
        program_id=group.program_id,
        group_id=group_id,
        modality=group.modality,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=command.minutes),
        capacity=min(group.capacity, seats),
        taken=0,
    )
    await insert_session(
        tx,
        session,
        starts_local=command.starts_local,
        zone=group.zone,
        clinician_id=command.clinician_id,
        room_id=command.room_id,
    )
    event = SessionScheduled(
        session_id=session.session_id,
        facility_id=session.facility_id,
        group_id=group_id,
        modality=session.modality,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        capacity=session.capacity,
    )
    tx.emit(stream, event)
    return SessionPlanned(
        session_id=session.session_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        capacity=session.capacity,
    )


async def _seats(tx: Transaction, group: Group, command: ScheduleSession) -> int:
    clinician_known, seats = await known_here(tx, group.facility_id, command.clinician_id, command.room_id)
    problems = [] if clinician_known else [FieldProblem("clinician_id", "does not work at this facility")]
    if seats is None:
        problems.append(FieldProblem("room_id", "is not a room of this facility"))
    if problems or seats is None:
        raise Invalid("not_of_facility", "clinician and room must belong to the facility", fields=tuple(problems))
    return seats
