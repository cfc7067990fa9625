"""What prescribers decided of orders, and what the rules found."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from stepwell_kernel.ids import new_id
from stepwell_medication.domain.facts import Decision
from stepwell_medication.domain.findings import Finding
from stepwell_postgres.transaction import Transaction

INSERT_DECISION = """
insert into order_decision (decision_id, tenant_id, order_id, kind, daily_mg, take_home_days, inputs, rules, decided_by,
                            decided_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

INSERT_FINDING = """
insert into order_finding (finding_id, tenant_id, order_id, decision_id, list_id, rule_id, rule_version, severity,
                           is_high, code, other, check_code, due_at, found_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""

DOSE_SET_AT = "select max(decided_at) from order_decision where order_id = $1 and daily_mg is not null"

#: What the newest decision of each order found, and what the newest list of other medicines did after it.
FINDINGS = """
select f.order_id, f.rule_id, f.rule_version, f.severity, f.is_high, f.code, f.other, f.check_code, f.due_at
from order_finding f
where f.order_id = any($1)
      and (f.decision_id = (select d.decision_id from order_decision d where d.order_id = f.order_id
                            order by d.decided_at desc, d.decision_id desc limit 1)
           or f.list_id = (select l.list_id from medicine_list l join medication_order o using (patient_id)
                           where o.order_id = f.order_id order by l.listed_at desc, l.list_id desc limit 1))
order by f.order_id, f.finding_id
"""


async def insert_decision(
    tx: Transaction,
    order_id: UUID,
    kind: Decision,
    *,
    daily_mg: Decimal | None,
    take_home_days: int | None,
    inputs: Mapping[str, Any],
    rules: Sequence[str],
    decided_by: UUID,
) -> UUID:
    """Store a decision with what was known and the rules that were asked; its id."""
    decision_id = new_id()
    await tx.connection.execute(
        INSERT_DECISION,
        decision_id,
        tx.tenant,
        order_id,
        kind,
        daily_mg,
        take_home_days,
        dict(inputs),
        list(rules),
        decided_by,
        tx.now,
    )
    return decision_id


async def insert_findings(
    tx: Transaction,
    order_id: UUID,
    findings: Sequence[Finding],
    *,
    decision_id: UUID | None = None,
    list_id: UUID | None = None,
) -> None:
    """Store what the rules found for a decision, or for a list of other medicines."""
    await tx.connection.executemany(
        INSERT_FINDING,
        [
            (
                new_id(),
                tx.tenant,
                order_id,
                decision_id,
                list_id,
                f.rule_id,
                f.version,
                f.severity,
                f.is_high,
                f.code,
                f.other,
                f.check,
                None if f.due_hours is None else tx.now + timedelta(hours=f.due_hours),
                tx.now,
            )
            for f in findings
        ],
    )


async def dose_set_at(tx: Transaction, order_id: UUID) -> datetime | None:
    """When a prescriber set the daily dose last."""
    instant: datetime | None = await tx.connection.fetchval(DOSE_SET_AT, order_id)
    return instant


async def findings_of(tx: Transaction, order_ids: Sequence[UUID]) -> Sequence[asyncpg.Record]:
    """What stands against the orders."""
    return await tx.connection.fetch(FINDINGS, list(order_ids))
