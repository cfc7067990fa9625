"""What the bridge keeps: the episodes that have a journey, and events that came too late."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

STARTED = """
insert into episode (episode_id, tenant_id, patient_id, started_at) values ($1, $2, $3, $4) on conflict do nothing
"""

CLOSED = "update episode set closed_at = $2 where episode_id = $1 and closed_at is null"

KNOWN = "select episode_id from episode where episode_id = any($1::uuid[])"

LATE = """
insert into late_event (event_id, tenant_id, episode_id, type, at) values ($1, $2, $3, $4, $5) on conflict do nothing
"""


async def note_start(tx: Transaction, incoming: Incoming, episode_id: UUID, patient_id: UUID) -> None:
    """A journey was started."""
    await tx.connection.execute(STARTED, episode_id, tx.tenant, patient_id, incoming.envelope.time)


async def note_end(tx: Transaction, incoming: Incoming, episode_id: UUID) -> None:
    """The episode was closed."""
    await tx.connection.execute(CLOSED, episode_id, incoming.envelope.time)


async def note_late(tx: Transaction, incoming: Incoming, episode_id: UUID) -> None:
    """An event came after its episode had closed."""
    envelope = incoming.envelope
    await tx.connection.execute(LATE, envelope.id, tx.tenant, episode_id, envelope.type, envelope.time)


async def known_episodes(tx: Transaction, episode_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of the episodes have a journey."""
    rows = await tx.connection.fetch(KNOWN, episode_ids)
    return frozenset(row["episode_id"] for row in rows)
