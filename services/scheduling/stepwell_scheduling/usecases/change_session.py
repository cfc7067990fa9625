"""Give a session another time, clinician or room."""

from uuid import UUID

from stepwell_contracts.http.scheduling import SessionPlanned
from stepwell_contracts.http.scheduling_timetable import ChangeSession
from stepwell_kernel.access import Resource
from stepwell_kernel.local_time import resolve
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import CHANGE_SESSION
from stepwell_scheduling.domain.sessions import Wish, check_changeable
from stepwell_scheduling.store.reference import find_facility, find_group
from stepwell_scheduling.store.sessions import find_session
from stepwell_scheduling.usecases.lock_roster import lock_roster, lock_seats
from stepwell_scheduling.usecases.move_sessions import move_sessions, plan_move
from stepwell_scheduling.usecases.schedule_session import planned


async def change_session(tx: Transaction, session_id: UUID, command: ChangeSession) -> SessionPlanned:
    """Move the session and everyone with a seat in it; what the command leaves out stays as it is.

    Raises NotFound (`session_not_found`), Invalid (`room_does_not_fit`, `not_of_facility`, `skipped_local_time`),
    Conflict (`session_cancelled`, `session_started`, `credential_missing`, `license_missing`,
    `patient_state_unknown`, `session_in_the_past`, `room_too_small`, `clinician_taken`, `room_taken`,
    `patients_taken`, `day_full`), Unavailable (`session_changing`).
    """
    session = await find_session(tx, session_id)
    tx.authorize(CHANGE_SESSION, Resource(tx.tenant, "session", session_id, session.facility_id))
    stream = await lock_roster(tx, session.facility_id, sessions=[session_id])
    ((session, held),) = await lock_seats(tx, [session_id])
    check_changeable(session, tx.now)
    wish = Wish(
        starts_local=command.starts_local or held.starts_local,
        minutes=command.minutes or session.minutes,
        clinician_id=command.clinician_id or held.clinician_id,
        room_id=command.room_id or held.room_id,
        setting=held.setting,
    )
    starts_at = resolve(command.starts_local, held.zone) if command.starts_local else session.starts_at
    facility = await find_facility(tx, session.facility_id)
    group = None if session.group_id is None else await find_group(tx, session.group_id)
    move = await plan_move(tx, facility, group, session, held, wish, starts_at)
    if move.changes_anything:
        await move_sessions(tx, stream, [move], command.reason_code)
    return planned(move.session)
