"""Which ways a patient allowed, as intake's events told it last."""

from uuid import UUID

from stepwell_kernel.codes import Channel
from stepwell_postgres.transaction import Transaction

KEEP = """
insert into ref_permission (patient_id, channel, tenant_id, permitted, version)
values ($1, $2, $3, $4, $5)
on conflict (patient_id, channel) do update
    set permitted = excluded.permitted, version = excluded.version
    where ref_permission.version < excluded.version
"""

PERMITTED = "select channel from ref_permission where patient_id = $1 and permitted"

WITHDRAWN = "select exists (select from ref_permission where patient_id = $1 and channel = $2 and not permitted)"


async def keep_permission(
    tx: Transaction, patient_id: UUID, channel: Channel, *, permitted: bool, version: int
) -> None:
    """Store what an event of that version says, unless a later one is known."""
    await tx.connection.execute(KEEP, patient_id, channel, tx.tenant, permitted, version)


async def permitted_channels(tx: Transaction, patient_id: UUID) -> frozenset[Channel]:
    """The channels that the patient allowed; what was never asked is not allowed."""
    return frozenset(Channel(row["channel"]) for row in await tx.connection.fetch(PERMITTED, patient_id))


async def is_withdrawn(tx: Transaction, patient_id: UUID, channel: Channel) -> bool:
    """Whether the last event about the channel was a no."""
    return bool(await tx.connection.fetchval(WITHDRAWN, patient_id, channel))
