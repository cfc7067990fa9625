"""What prescribers overrode on an order, each with the reason."""

from uuid import UUID

from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction

INSERT = """
insert into order_override (override_id, tenant_id, order_id, rule_id, rule_version, reason, overridden_by,
                            overridden_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

OF_ORDER = "select distinct rule_id from order_override where order_id = $1"


async def insert_override(
    tx: Transaction, order_id: UUID, rule_id: str, rule_version: str, reason: str, overridden_by: UUID
) -> None:
    """Store that a rule was overridden now."""
    await tx.connection.execute(
        INSERT, new_id(), tx.tenant, order_id, rule_id, rule_version, reason, overridden_by, tx.now
    )


async def overridden_rules(tx: Transaction, order_id: UUID) -> frozenset[str]:
    """The rules that were overridden on the order."""
    return frozenset(row["rule_id"] for row in await tx.connection.fetch(OF_ORDER, order_id))
