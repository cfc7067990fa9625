"""Sessions and their seats."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import AgeBand, Modality
from stepwell_kernel.errors import Conflict, NotFound
from stepwell_kernel.scheduling_codes import Setting
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.sessions import Arrangement, Session

COLUMNS = """session_id, facility_id, program_id, group_id, modality, starts_at, ends_at, capacity, taken,
       coalesce(age_band, seated_band) as age_band, setting, series_id, state = 'cancelled' as cancelled"""

ARRANGED = "starts_local, zone, clinician_id, room_id, turnover_minutes, rules, patient_jurisdiction"

INSERT = """
insert into session (session_id, tenant_id, facility_id, program_id, group_id, modality, starts_at, ends_at, capacity,
                     age_band, setting, series_id, series_day, starts_local, zone, clinician_id, room_id,
                     turnover_minutes, rules, patient_jurisdiction)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
"""

FIND = f"select {COLUMNS} from session where session_id = $1"

LOCK = f"select {COLUMNS}, {ARRANGED} from session where session_id = any($1) order by session_id for update"

FREE_IN_PROGRAM = f"""
select {COLUMNS}
from session
where program_id = $1 and starts_at > $2 and starts_at < $3 and taken < capacity and state = 'scheduled'
      and group_id in (select group_id from care_group where is_open)
      and coalesce(age_band, seated_band, $4) = $4
      and not exists (select from claim where kind = 'patient' and resource_id = $5
                      and during && tstzrange(starts_at, ends_at, '[)'))
order by starts_at, session_id
"""

MOVE = """
update session
set starts_at = $2, ends_at = $3, capacity = $4, starts_local = $5, clinician_id = $6, room_id = $7,
    turnover_minutes = $8, rules = $9
where session_id = $1
"""

CANCEL = "update session set state = 'cancelled', cancel_reason = $2 where session_id = $1"

TAKE_SEAT = """
update session
set taken = taken + 1, seated_band = case when modality = 'group_therapy' then $2 end
where session_id = $1 and taken < capacity and state = 'scheduled' and starts_at = $3 and ends_at = $4
      and coalesce(age_band, seated_band, $2) = $2
returning true
"""

GIVE_SEATS_BACK = """
update session s set taken = s.taken - 1, seated_band = case when s.taken > 1 then s.seated_band end
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


def session_of(row: asyncpg.Record) -> Session:
    """A row with COLUMNS."""
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
        AgeBand(row["age_band"]) if row["age_band"] else None,
        Setting(row["setting"]),
        row["series_id"],
        row["cancelled"],
    )


def arrangement_of(row: asyncpg.Record) -> Arrangement:
    """A row with ARRANGED and the setting."""
    return Arrangement(
        starts_local=row["starts_local"],
        zone=row["zone"],
        clinician_id=row["clinician_id"],
        room_id=row["room_id"],
        setting=Setting(row["setting"]),
        turnover=timedelta(minutes=row["turnover_minutes"]),
        rules=tuple(row["rules"]),
        patient_jurisdiction=row["patient_jurisdiction"],
    )


async def insert_session(
    tx: Transaction, session: Session, arrangement: Arrangement, *, series_day: date | None = None
) -> None:
    """Store a session; Conflict (`clinician_taken`, `room_taken`) when one of them is taken at that time."""
    await hold(tx, session, arrangement)
    await tx.connection.execute(
        INSERT,
        session.session_id,
        tx.tenant,
        session.facility_id,
        session.program_id,
        session.group_id,
        session.modality,
        session.starts_at,
        session.ends_at,
        session.capacity,
        session.age_band,
        session.setting,
        session.series_id,
        series_day,
        arrangement.starts_local,
        arrangement.zone,
        arrangement.clinician_id,
        arrangement.room_id,
        arrangement.turnover // timedelta(minutes=1),
        arrangement.rules,
        arrangement.patient_jurisdiction,
    )


async def find_session(tx: Transaction, session_id: UUID) -> Session:
    """The session, or NotFound."""
    row = await tx.connection.fetchrow(FIND, session_id)
    if row is None:
        raise NotFound("session_not_found", "there is no such session")
    return session_of(row)


async def lock_sessions(tx: Transaction, session_ids: Sequence[UUID]) -> list[tuple[Session, Arrangement]]:
    """The sessions as they stand and how they are held, locked against new seats until commit; patients come first."""
    rows = await tx.connection.fetch(LOCK, session_ids)
    return [(session_of(row), arrangement_of(row)) for row in rows]


async def free_sessions(
    tx: Transaction, program_id: UUID, episode: Episode, after: datetime, before: datetime
) -> Sequence[Session]:
    """Meetings of a program's open groups that start between two instants, with a free seat for the episode's patient,
    who is free at that time.
    """
    rows = await tx.connection.fetch(FREE_IN_PROGRAM, program_id, after, before, episode.age_band, episode.patient_id)
    return [session_of(row) for row in rows]


async def move_session(tx: Transaction, session: Session, arrangement: Arrangement) -> None:
    """Store the session's new time, clinician and room; what it claimed before has been released.

    Raises Conflict (`clinician_taken`, `room_taken`).
    """
    await hold(tx, session, arrangement)
    await tx.connection.execute(
        MOVE,
        session.session_id,
        session.starts_at,
        session.ends_at,
        session.capacity,
        arrangement.starts_local,
        arrangement.clinician_id,
        arrangement.room_id,
        arrangement.turnover // timedelta(minutes=1),
        arrangement.rules,
    )


async def mark_session_cancelled(tx: Transaction, session_id: UUID, reason_code: str) -> None:
    """The session does not take place; clinician and room are free."""
    await release_held(tx, [session_id])
    await tx.connection.execute(CANCEL, session_id, reason_code)


async def take_seat(tx: Transaction, session: Session, age_band: AgeBand) -> bool:
    """Take a seat if one is free and the session is still as it was read.

    The row stays locked until commit, so the last seat is sold once, and to one age band of a therapy group.
    """
    return bool(
        await tx.connection.fetchval(TAKE_SEAT, session.session_id, age_band, session.starts_at, session.ends_at)
    )


async def give_seats_back(tx: Transaction, session_ids: Sequence[UUID]) -> None:
    """Free one seat in each of the sessions."""
    await tx.connection.execute(GIVE_SEATS_BACK, session_ids)


async def hold(tx: Transaction, session: Session, arrangement: Arrangement) -> None:
    """Claim clinician and room for the session and its turnover.

    Raises Conflict (`clinician_taken`, `room_taken`).
    """
    until = session.ends_at + arrangement.turnover
    for kind, resource_id in (("clinician", arrangement.clinician_id), ("room", arrangement.room_id)):
        if resource_id is not None and not await _claim(
            tx, kind, resource_id, session.session_id, session.starts_at, until
        ):
            raise Conflict(f"{kind}_taken", f"the {kind} is taken at that time", rule="session.no_overlap")


async def claim(tx: Transaction, kind: str, resource_id: UUID, holder_id: UUID, session: Session) -> bool:
    """Claim a clinician, room or patient for the time of a session; False when it is taken."""
    return await _claim(tx, kind, resource_id, holder_id, session.starts_at, session.ends_at)


async def _claim(
    tx: Transaction, kind: str, resource_id: UUID, holder_id: UUID, begin: datetime, end: datetime
) -> bool:
    return bool(await tx.connection.fetchval(CLAIM, tx.tenant, kind, resource_id, holder_id, begin, end))


async def release(tx: Transaction, kind: str, holder_ids: Sequence[UUID]) -> None:
    """Release what the holders claimed."""
    await tx.connection.execute(RELEASE, kind, holder_ids)


async def release_held(tx: Transaction, session_ids: Sequence[UUID]) -> None:
    """Release clinician and room of sessions."""
    for kind in ("clinician", "room"):
        await release(tx, kind, session_ids)
