"""Sessions of facilities: scheduled, moved, cancelled; who has their seats the bookings tell."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.scheduling import SessionScheduled
from stepwell_contracts.events.scheduling_timetable import SessionCancelled, SessionChanged, VisitScheduled
from stepwell_kernel.scheduling_codes import Setting
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

Planned = SessionScheduled | VisitScheduled

#: A visit is of one patient.
ONE_SEAT = 1

ADD = """
insert into session (tenant_id, session_id, facility_id, group_id, modality, setting, starts_at, ends_at, capacity,
                     state, version)
select $1, e.session_id, e.facility_id, e.group_id, e.modality, e.setting, e.starts_at, e.ends_at, e.capacity,
       'scheduled', e.version
from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
            $9::integer[], $10::bigint[])
     as e (session_id, facility_id, group_id, modality, setting, starts_at, ends_at, capacity, version)
order by e.session_id
on conflict do nothing
"""

MOVE = """
update session s set starts_at = e.starts_at, ends_at = e.ends_at, version = e.version
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::bigint[])
     as e (session_id, starts_at, ends_at, version)
where s.session_id = e.session_id and s.version < e.version
"""

CANCEL = """
update session s set state = 'cancelled', version = e.version
from unnest($1::uuid[], $2::bigint[]) as e (session_id, version)
where s.session_id = e.session_id and s.version < e.version
"""


async def keep_sessions(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Schedule, move and cancel, which is the order in which it happens to a session."""
    planned: dict[UUID, tuple[Planned, int]] = {}
    moved: dict[UUID, tuple[SessionChanged, int]] = {}
    cancelled: dict[UUID, int] = {}
    for one in incoming:
        version = one.envelope.version
        match one.event:
            case SessionScheduled() | VisitScheduled() as event:
                planned[event.session_id] = event, version
            case SessionChanged() as event:
                moved[event.session_id] = event, version
            case SessionCancelled() as event:
                cancelled[event.session_id] = version
    if planned:
        await _add(tx, list(planned.values()))
    if moved:
        await _move(tx, list(moved.values()))
    if cancelled:
        await tx.connection.execute(CANCEL, list(cancelled), list(cancelled.values()))


async def _add(tx: Transaction, rows: Sequence[tuple[Planned, int]]) -> None:
    await tx.connection.execute(
        ADD,
        tx.tenant,
        [event.session_id for event, _ in rows],
        [event.facility_id for event, _ in rows],
        [event.group_id if isinstance(event, SessionScheduled) else None for event, _ in rows],
        [event.modality for event, _ in rows],
        [event.setting or Setting.ON_SITE for event, _ in rows],
        [event.starts_at for event, _ in rows],
        [event.ends_at for event, _ in rows],
        [event.capacity if isinstance(event, SessionScheduled) else ONE_SEAT for event, _ in rows],
        [version for _, version in rows],
    )


async def _move(tx: Transaction, rows: Sequence[tuple[SessionChanged, int]]) -> None:
    await tx.connection.execute(
        MOVE,
        [event.session_id for event, _ in rows],
        [event.starts_at for event, _ in rows],
        [event.ends_at for event, _ in rows],
        [version for _, version in rows],
    )
