"""What the bridge keeps: the episodes that have a journey, and events that came too late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_contracts.events.intake import ReferralReceived
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

STARTED = """
insert into episode (episode_id, tenant_id, patient_id, facility_id, started_at) values ($1, $2, $3, $4, $5)
on conflict do nothing
"""

MOVED = "update episode set facility_id = $2 where episode_id = $1"

CLOSED = "update episode set closed_at = $2 where episode_id = $1 and closed_at is null"

KNOWN = "select episode_id, patient_id, facility_id from episode where episode_id = any($1::uuid[])"

LATE = """
insert into late_event (event_id, tenant_id, episode_id, type, at) values ($1, $2, $3, $4, $5) on conflict do nothing
"""


@dataclass(frozen=True, slots=True)
class Known:
    """An episode that has a journey."""

    patient_id: UUID
    facility_id: UUID | None


async def note_start(tx: Transaction, incoming: Incoming, referral: ReferralReceived) -> None:
    """A journey was started."""
    at = incoming.envelope.time
    await tx.connection.execute(STARTED, referral.episode_id, tx.tenant, referral.patient_id, referral.facility_id, at)


async def note_facility(tx: Transaction, episode_id: UUID, facility_id: UUID) -> None:
    """Where the episode is."""
    await tx.connection.execute(MOVED, episode_id, facility_id)


async def note_end(tx: Transaction, incoming: Incoming, episode_id: UUID) -> None:
    """The episode was closed."""
    await tx.connection.execute(CLOSED, episode_id, incoming.envelope.time)


async def note_late(tx: Transaction, incoming: Incoming, episode_id: UUID) -> None:
    """An event came after its episode had closed."""
    envelope = incoming.envelope
    await tx.connection.execute(LATE, envelope.id, tx.tenant, episode_id, envelope.type, envelope.time)


async def known_episodes(tx: Transaction, episode_ids: Sequence[UUID]) -> Mapping[UUID, Known]:
    """Those of the episodes that have a journey."""
    rows = await tx.connection.fetch(KNOWN, episode_ids)
    return {row["episode_id"]: Known(row["patient_id"], row["facility_id"]) for row in rows}
