"""What patients want, by category and channel."""

from collections.abc import Collection
from uuid import UUID

from stepwell_notifications.domain.preferences import Wish, in_order, wish_of
from stepwell_postgres.transaction import Transaction

FIND = "select wanted from preference where patient_id = $1"

KEEP = """
insert into preference (patient_id, tenant_id, wanted, set_at, set_by) values ($1, $2, $3, $4, $5)
on conflict (patient_id) do update set wanted = excluded.wanted, set_at = excluded.set_at, set_by = excluded.set_by
"""


async def find_wishes(tx: Transaction, patient_id: UUID) -> frozenset[Wish] | None:
    """What the patient wants; None when they never said."""
    wanted = await tx.connection.fetchval(FIND, patient_id)
    return None if wanted is None else frozenset(wish_of(text) for text in wanted)


async def keep_wishes(tx: Transaction, patient_id: UUID, wishes: Collection[Wish], set_by: UUID) -> None:
    """Put what the patient wants in the place of what they wanted before."""
    wanted = [str(wish) for wish in in_order(wishes)]
    await tx.connection.execute(KEEP, patient_id, tx.tenant, wanted, tx.now, set_by)
