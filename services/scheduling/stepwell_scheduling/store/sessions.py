"""Sessions and their seats."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import Modality
from stepwell_kernel.errors import Conflict, NotFound
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.sessions import Session

COLUMNS = "session_id, facility_id, program_id, group_id, modality, starts_at, ends_at, capacity, taken"

INSERT = """
insert into session (session_id, tenant_id, facility_id, program_id, group_id, modality, starts_local, zone, starts_at,
                     ends_at, clinician_id, room_id, capacity)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

FIND = f"select {COLUMNS} from session where session_id = $1"

FREE_IN_PROGRAM = f"""
select {COLUMNS}
from session
where program_id = $1 and starts_at > $2 and starts_at < $3 and taken < capacity
order by starts_at, session_id
"""

TAKE_SEAT = "update session set taken = taken + 1 where session_id = $1 and taken < capacity returning true"

GIVE_SEATS_BACK = """
update session s set taken = s.taken - 1
from (select session_id from session where session_id = any($1) order by session_id for update) locked
where s.session_id = locked.session_id
"""

CLAIM = """
insert into claim (tenant_id, kind, resource_id, holder_id, during)
values ($1, $2, $3, $4, tstzrange($5, $6, '[)'))
on conflict do nothing
returning true
"""

RELEASE = "delete from claim where kind = $1 and holder_id = any($2)"


def _session(row: asyncpg.Record) -> Session:
    return Session(
        row["session_id"],
        row["facility_id"],
        row["program_id"],
        row["group_id"],
        Modality(row["modality"]),
        row["starts_at"],
        row["ends_at"],
        row["capacity"],
        row["taken"],
    )


async def insert_session(
    tx: Transaction, session: Session, *, starts_local: datetime, zone: str, clinician_id: UUID, room_id: UUID
) -> None:
    """Store a session; Conflict (`clinician_taken`, `room_taken`) when one of them is taken at that time."""
    for kind, resource_id in (("clinician", clinician_id), ("room", room_id)):
        if not await claim(tx, kind, resource_id, session.session_id, session):
            raise Conflict(f"{kind}_taken", f"the {kind} is taken at that time", rule="session.no_overlap")
    await tx.connection.execute(
        INSERT,
        session.session_id,
        tx.tenant,
        session.facility_id,
        session.program_id,
        session.group_id,
        session.modality,
        starts_local,
        zone,
        session.starts_at,
        session.ends_at,
        clinician_id,
        room_id,
        session.capacity,
    )


async def find_session(tx: Transaction, session_id: UUID) -> Session:
    """The session, or NotFound."""
    row = await tx.connection.fetchrow(FIND, session_id)
    if row is None:
        raise NotFound("session_not_found", "there is no such session")
    return _session(row)


async def free_sessions(tx: Transaction, program_id: UUID, after: datetime, before: datetime) -> Sequence[Session]:
    """Sessions of a program with a free seat that start between two instants, by start."""
    return [_session(row) for row in await tx.connection.fetch(FREE_IN_PROGRAM, program_id, after, before)]


async def take_seat(tx: Transaction, session_id: UUID) -> bool:
    """Take a seat if one is free; the row stays locked until commit, so the last seat is sold once."""
    return bool(await tx.connection.fetchval(TAKE_SEAT, session_id))


async def give_seats_back(tx: Transaction, session_ids: Sequence[UUID]) -> None:
    """Free one seat in each of the sessions."""
    await tx.connection.execute(GIVE_SEATS_BACK, session_ids)


async def claim(tx: Transaction, kind: str, resource_id: UUID, holder_id: UUID, session: Session) -> bool:
    """Claim a clinician, room or patient for the time of a session; False when it is taken."""
    return bool(
        await tx.connection.fetchval(CLAIM, tx.tenant, kind, resource_id, holder_id, session.starts_at, session.ends_at)
    )


async def release(tx: Transaction, kind: str, holder_ids: Sequence[UUID]) -> None:
    """Release what the holders claimed."""
    await tx.connection.execute(RELEASE, kind, holder_ids)
