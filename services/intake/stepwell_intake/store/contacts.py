"""Permission to contact a patient, and contacts in aftercare."""

from uuid import UUID

from stepwell_kernel.codes import Channel
from stepwell_postgres.transaction import Transaction

KEEP_PERMISSION = """
insert into contact_permission (patient_id, channel, tenant_id, permitted, changed_by, changed_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (patient_id, channel) do update
    set permitted = excluded.permitted, changed_by = excluded.changed_by, changed_at = excluded.changed_at
    where contact_permission.permitted <> excluded.permitted
returning true
"""

FIND_PERMISSION = "select permitted from contact_permission where patient_id = $1 and channel = $2"

INSERT_AFTERCARE = """
insert into aftercare_contact (contact_id, tenant_id, episode_id, reached, recorded_by, recorded_at)
values ($1, $2, $3, $4, $5, $6)
"""


async def keep_permission(
    tx: Transaction, patient_id: UUID, channel: Channel, *, permitted: bool, changed_by: UUID
) -> bool:
    """Store the permission; False when it stood so before."""
    return bool(
        await tx.connection.fetchval(KEEP_PERMISSION, patient_id, channel, tx.tenant, permitted, changed_by, tx.now)
    )


async def is_permitted(tx: Transaction, patient_id: UUID, channel: Channel) -> bool:
    """Whether the patient allowed contact through the channel; what was never asked is not allowed."""
    return bool(await tx.connection.fetchval(FIND_PERMISSION, patient_id, channel))


async def insert_aftercare_contact(
    tx: Transaction, *, contact_id: UUID, episode_id: UUID, reached: bool, recorded_by: UUID
) -> None:
    """Store a follow-up call."""
    await tx.connection.execute(INSERT_AFTERCARE, contact_id, tx.tenant, episode_id, reached, recorded_by, tx.now)
