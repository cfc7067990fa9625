"""Orders and doses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg

from stepwell_kernel.errors import Conflict, NotFound
from stepwell_postgres.transaction import Transaction

INSERT = """
insert into medication_order (order_id, tenant_id, facility_id, episode_id, patient_id, medicine, state, gate_rule,
                              rule_version, score, score_at, ordered_by, started_at)
values ($1, $2, $3, $4, $5, $6, 'active', $7, $8, $9, $10, $11, $12)
on conflict (episode_id, medicine) where state = 'active' do nothing
returning true
"""

FIND = """
select order_id, facility_id, episode_id, patient_id, medicine, state, rule_version, started_at
from medication_order
where order_id = $1
"""

GIVEN_ON = "select coalesce(sum(amount_mg), 0) from dose where order_id = $1 and given_on = $2"

DOSED_DAYS = "select count(distinct given_on) from dose where order_id = $1 and given_on < $2"

INSERT_DOSE = """
insert into dose (dose_id, tenant_id, order_id, amount_mg, given_on, given_at, observed_by)
values ($1, $2, $3, $4, $5, $6, $7)
"""

DOSES = "select dose_id, amount_mg, given_at from dose where order_id = $1 order by given_at, dose_id"

WAITING = """
select o.order_id, o.episode_id, o.facility_id
from medication_order o
where o.facility_id = $1 and o.state = 'active' and o.order_id > $2
      and not exists (select from dose d where d.order_id = o.order_id and d.given_on = $3)
order by o.order_id
limit $4
"""


@dataclass(frozen=True, slots=True)
class Order:
    """An order."""

    order_id: UUID
    facility_id: UUID
    episode_id: UUID
    patient_id: UUID
    medicine: str
    state: str
    rule_version: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Gate:
    """By which rule, on which score, an order passed."""

    rule_id: str
    rule_version: str
    points: int
    taken_at: datetime


async def insert_order(tx: Transaction, order: Order, gate: Gate, ordered_by: UUID) -> None:
    """Store an order; Conflict (`order_active`) when one of the medicine is active for the episode."""
    stored = await tx.connection.fetchval(
        INSERT,
        order.order_id,
        tx.tenant,
        order.facility_id,
        order.episode_id,
        order.patient_id,
        order.medicine,
        gate.rule_id,
        gate.rule_version,
        gate.points,
        gate.taken_at,
        ordered_by,
        order.started_at,
    )
    if not stored:
        raise Conflict("order_active", "an order of this medicine is active for the episode", rule="order.one_active")


async def find_order(tx: Transaction, order_id: UUID) -> Order:
    """The order, or NotFound."""
    row = await tx.connection.fetchrow(FIND, order_id)
    if row is None:
        raise NotFound("order_not_found", "there is no such order")
    return Order(**row)


async def given_on(tx: Transaction, order_id: UUID, day: date) -> Decimal:
    """What was given on a local day, in mg."""
    amount: Decimal = await tx.connection.fetchval(GIVEN_ON, order_id, day)
    return amount


async def dosed_days_before(tx: Transaction, order_id: UUID, day: date) -> int:
    """On how many local days before this one a dose was given."""
    days: int = await tx.connection.fetchval(DOSED_DAYS, order_id, day)
    return days


async def insert_dose(
    tx: Transaction, dose_id: UUID, order_id: UUID, amount_mg: Decimal, day: date, observed_by: UUID
) -> None:
    """Store a dose taken now, on that local day."""
    await tx.connection.execute(INSERT_DOSE, dose_id, tx.tenant, order_id, amount_mg, day, tx.now, observed_by)


async def doses_of(tx: Transaction, order_id: UUID) -> Sequence[asyncpg.Record]:
    """The doses of an order, by time."""
    return await tx.connection.fetch(DOSES, order_id)


async def without_dose(
    tx: Transaction, facility_id: UUID, day: date, after: UUID, most: int
) -> Sequence[asyncpg.Record]:
    """Active orders of a facility without a dose on a local day, after an order id."""
    return await tx.connection.fetch(WAITING, facility_id, after, day, most)
