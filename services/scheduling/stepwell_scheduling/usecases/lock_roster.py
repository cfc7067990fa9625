"""Whom a change of the timetable concerns is locked before the facility, and stays as it was read."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_kernel.errors import Unavailable
from stepwell_messaging.streams import lock_facility, lock_patients, patient_stream
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.sessions import Arrangement, Session
from stepwell_scheduling.store.reference import find_facility
from stepwell_scheduling.store.rosters import members_from
from stepwell_scheduling.store.seats import patients_with_seats
from stepwell_scheduling.store.sessions import lock_sessions


async def lock_roster(
    tx: Transaction, facility_id: UUID, *, sessions: Sequence[UUID] = (), groups: Sequence[UUID] = ()
) -> Stream:
    """Lock the patients with seats in the sessions and places in the groups, then the facility; its stream."""
    patients = await patients_with_seats(tx, sessions)
    today = (await find_facility(tx, facility_id)).day_of(tx.now)
    for group_id in groups:
        patients |= {member.patient_id for member in await members_from(tx, group_id, today)}
    await lock_patients(tx, patients)
    return await lock_facility(tx, facility_id)


async def lock_seats(tx: Transaction, session_ids: Sequence[UUID]) -> list[tuple[Session, Arrangement]]:
    """The sessions as they stand, locked against new seats.

    Raises Unavailable (`session_changing`) when somebody took a seat since the roster was locked.
    """
    locked = await lock_sessions(tx, session_ids)
    seated = await patients_with_seats(tx, session_ids)
    if any(patient_stream(tx, patient_id) not in tx.versions for patient_id in seated):
        raise Unavailable("session_changing", "a seat was taken at this moment")
    return locked
