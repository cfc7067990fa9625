"""Attempts to reach patients who stayed away."""

from uuid import UUID

from stepwell_kernel.codes import OutreachChannel
from stepwell_postgres.transaction import Transaction

INSERT = """
insert into outreach (outreach_id, tenant_id, episode_id, channel, reached, recorded_by, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7)
"""


async def insert_outreach(
    tx: Transaction, *, outreach_id: UUID, episode_id: UUID, channel: OutreachChannel, reached: bool, recorded_by: UUID
) -> None:
    """Store an attempt."""
    await tx.connection.execute(INSERT, outreach_id, tx.tenant, episode_id, channel, reached, recorded_by, tx.now)
