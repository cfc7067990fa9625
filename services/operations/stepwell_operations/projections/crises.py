"""Crises: open until a clinician recorded how they ended."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.intake_clinical import CrisisClosed, CrisisRaised
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

RAISE = """
insert into crisis (tenant_id, crisis_id, episode_id, raised_at, state, version)
select $1, e.crisis_id, e.episode_id, e.at, 'open', e.version
from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[]) as e (crisis_id, episode_id, at, version)
order by e.crisis_id
on conflict do nothing
"""

CLOSE = """
update crisis c set state = 'closed', disposition = e.disposition, version = e.version
from unnest($1::uuid[], $2::text[], $3::bigint[]) as e (crisis_id, disposition, version)
where c.crisis_id = e.crisis_id and c.version < e.version
"""


async def keep_crises(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Raise and close, which is the order in which it happens to a crisis."""
    raised: dict[UUID, tuple[CrisisRaised, Incoming]] = {}
    closed: dict[UUID, tuple[CrisisClosed, int]] = {}
    for one in incoming:
        match one.event:
            case CrisisRaised() as event:
                raised[event.crisis_id] = event, one
            case CrisisClosed() as event:
                closed[event.crisis_id] = event, one.envelope.version
    if raised:
        await _raise(tx, list(raised.values()))
    if closed:
        await tx.connection.execute(
            CLOSE,
            list(closed),
            [event.disposition for event, _ in closed.values()],
            [version for _, version in closed.values()],
        )


async def _raise(tx: Transaction, rows: Sequence[tuple[CrisisRaised, Incoming]]) -> None:
    await tx.connection.execute(
        RAISE,
        tx.tenant,
        [event.crisis_id for event, _ in rows],
        [event.episode_id for event, _ in rows],
        [one.envelope.time for _, one in rows],
        [one.envelope.version for _, one in rows],
    )
