"""Take-homes: doses handed out for days without observation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from stepwell_medication.domain.take_home import Supply
from stepwell_postgres.transaction import Transaction

INSERT = """
insert into take_home (take_home_id, tenant_id, order_id, daily_mg, first_day, last_day, closure_days, considered,
                       unfavourable, rule_version, dispensed_by, dispensed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

HELD = """
select t.first_day, t.last_day - t.first_day + 1 as days, t.closure_days
from take_home t join medication_order o using (order_id)
where o.patient_id = $1 and o.medicine = any($2) and t.last_day >= $3
order by t.first_day
"""

COVERED_DAYS = """
select coalesce(sum(least(last_day, $2::date - 1) - first_day + 1), 0)
from take_home
where order_id = $1 and first_day < $2
"""


@dataclass(frozen=True, slots=True)
class TakeHome:
    """What was handed out, and what spoke against it."""

    take_home_id: UUID
    order_id: UUID
    daily_mg: Decimal
    supply: Supply
    considered: bool
    unfavourable: frozenset[str]
    rule_version: str
    dispensed_by: UUID


async def insert_take_home(tx: Transaction, take_home: TakeHome) -> None:
    """Store doses handed out now."""
    supply = take_home.supply
    await tx.connection.execute(
        INSERT,
        take_home.take_home_id,
        tx.tenant,
        take_home.order_id,
        take_home.daily_mg,
        supply.first_day,
        supply.last_day,
        sorted(supply.closure_days),
        take_home.considered,
        sorted(take_home.unfavourable),
        take_home.rule_version,
        take_home.dispensed_by,
        tx.now,
    )


async def supplies_since(tx: Transaction, patient_id: UUID, medicines: Sequence[str], day: date) -> tuple[Supply, ...]:
    """What the patient was handed out of the medicines for that day or later, under any order."""
    rows = await tx.connection.fetch(HELD, patient_id, list(medicines), day)
    return tuple(Supply(row["first_day"], row["days"], frozenset(row["closure_days"])) for row in rows)


async def days_taken_home(tx: Transaction, order_id: UUID, day: date) -> int:
    """How many days before that one take-homes of the order covered."""
    days: int = await tx.connection.fetchval(COVERED_DAYS, order_id, day)
    return days
