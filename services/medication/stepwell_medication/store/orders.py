"""Orders."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from stepwell_kernel.errors import Conflict, NotFound
from stepwell_kernel.medication_codes import Medicine, OrderEnd
from stepwell_medication.domain.facts import ActiveOrder
from stepwell_medication.domain.withdrawal import Score
from stepwell_postgres.transaction import Transaction

INSERT = """
insert into medication_order (order_id, tenant_id, facility_id, episode_id, patient_id, medicine, state, gate_rule,
                              rule_version, score, score_at, ordered_by, started_at, daily_mg, take_home_days, protocol,
                              observed_daily)
values ($1, $2, $3, $4, $5, $6, 'active', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
on conflict (episode_id, medicine) where state = 'active' do nothing
returning true
"""

FIND = """
select order_id, facility_id, episode_id, patient_id, medicine, state, rule_version, started_at, daily_mg,
       take_home_days, protocol, end_reason, observed_daily, take_homes_from
from medication_order
where order_id = $1
"""

GO_ON = "update medication_order set daily_mg = $2, take_homes_from = coalesce($3, take_homes_from) where order_id = $1"

CHANGE = "update medication_order set daily_mg = $2, take_home_days = $3 where order_id = $1"

ACTIVE = """
select order_id, medicine, started_at, daily_mg
from medication_order
where patient_id = $1 and state = 'active'
order by started_at, order_id
"""

END = "update medication_order set state = 'ended', ended_at = $2, end_reason = $3 where order_id = $1"


@dataclass(frozen=True, slots=True)
class Order:
    """An order: how much a day, in mg, and how many days may be taken home, where the prescriber set it.

    `observed_daily` None leaves it to the medicine's rule; take-homes are suspended before `take_homes_from`.
    """

    order_id: UUID
    facility_id: UUID
    episode_id: UUID
    patient_id: UUID
    medicine: str
    state: str
    rule_version: str
    started_at: datetime
    daily_mg: Decimal | None = None
    take_home_days: int | None = None
    protocol: str = "standard"
    end_reason: str | None = None
    observed_daily: bool | None = None
    take_homes_from: date | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """By which rule an order passed the withdrawal gate; without a score where a prescriber overrode it."""

    rule_id: str
    score: Score | None


async def insert_order(tx: Transaction, order: Order, gate: Gate | None, ordered_by: UUID) -> None:
    """Store an order; Conflict (`order_active`) when one of the medicine is active for the episode."""
    score = gate.score if gate else None
    stored = await tx.connection.fetchval(
        INSERT,
        order.order_id,
        tx.tenant,
        order.facility_id,
        order.episode_id,
        order.patient_id,
        order.medicine,
        gate.rule_id if gate else None,
        order.rule_version,
        score.points if score else None,
        score.taken_at if score else None,
        ordered_by,
        order.started_at,
        order.daily_mg,
        order.take_home_days,
        order.protocol,
        order.observed_daily,
    )
    if not stored:
        raise Conflict("order_active", "an order of this medicine is active for the episode", rule="order.one_active")


async def find_order(tx: Transaction, order_id: UUID) -> Order:
    """The order, or NotFound."""
    row = await tx.connection.fetchrow(FIND, order_id)
    if row is None:
        raise NotFound("order_not_found", "there is no such order")
    return Order(**row)


async def go_on_with(tx: Transaction, order_id: UUID, daily_mg: Decimal, take_homes_from: date | None) -> None:
    """Set the daily dose after missed doses; take-homes are suspended until a day, where one is given."""
    await tx.connection.execute(GO_ON, order_id, daily_mg, take_homes_from)


async def store_change(tx: Transaction, order_id: UUID, daily_mg: Decimal | None, take_home_days: int | None) -> None:
    """Set what a prescriber ordered anew."""
    await tx.connection.execute(CHANGE, order_id, daily_mg, take_home_days)


async def active_orders(tx: Transaction, patient_id: UUID) -> dict[UUID, ActiveOrder]:
    """The patient's orders that go on, at whatever facility and in whatever episode."""
    return {
        row["order_id"]: ActiveOrder(Medicine(row["medicine"]), row["started_at"], row["daily_mg"])
        for row in await tx.connection.fetch(ACTIVE, patient_id)
    }


async def store_end(tx: Transaction, order_id: UUID, reason: OrderEnd) -> None:
    """Store that the order ends now."""
    await tx.connection.execute(END, order_id, tx.now, reason)
