"""Doses, by local day of the order's facility."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg

from stepwell_postgres.transaction import Transaction

INSERT = """
insert into dose (dose_id, tenant_id, order_id, amount_mg, given_on, given_at, observed_by, guest_facility_id, checked,
                  returned_to_opioids, limit_rule)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

OF_ORDER = "select dose_id, amount_mg, given_at from dose where order_id = $1 order by given_at, dose_id"

FIRST_ON = "select min(given_on) from dose where order_id = $1"

GIVEN = """
select coalesce(sum(amount_mg) filter (where given_on = $2), 0) as given_mg,
       coalesce(sum(amount_mg) filter (where given_on = (
           select max(given_on) from dose where order_id = $1 and given_on < $2)), 0) as day_before_mg,
       count(distinct given_on) filter (where given_on < $2) as dosed_days
from dose
where order_id = $1
"""

UNDER_OTHERS = """
select coalesce(sum(d.amount_mg), 0)
from dose d join medication_order o using (order_id)
where o.patient_id = $1 and o.medicine = any($2) and o.order_id <> $3 and d.given_at >= $4 and d.given_at < $5
"""

LAST_COVERED = """
select max(day)
from medication_order o
     cross join lateral (
         select max(d.given_on) as day from dose d where d.order_id = o.order_id and d.given_on <= $3
         union all
         select max(least(t.last_day, $3::date)) from take_home t where t.order_id = o.order_id and t.first_day <= $3
     ) as covered
where o.patient_id = $1 and o.medicine = any($2)
"""

#: A dose that was taken home counts as taken by the end of its day, wherever that is, and never later than now.
AGONIST_GIVEN_AT = """
select max(given.at)
from medication_order o
     cross join lateral (
         select max(d.given_at) as at from dose d where d.order_id = o.order_id
         union all
         select max(i.given_at) from injection i where i.order_id = o.order_id
         union all
         select max(least((t.last_day + 1)::timestamp at time zone 'UTC', $2))
         from take_home t
         where t.order_id = o.order_id
     ) as given
where o.patient_id = $1
      and exists (select from medicine_class c
                  where c.substance = o.medicine and c.class in ('full_opioid', 'buprenorphine')
                        and c.effective_from <= $3 and (c.effective_to is null or $3 < c.effective_to))
"""

TREATED_FROM = """
select min(d.given_on)
from dose d join medication_order o using (order_id)
where o.episode_id = $1 and o.medicine = any($2) and o.end_reason is distinct from 'missed_doses'
"""


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose, with what was stated before it and the rule whose limit held."""

    dose_id: UUID
    order_id: UUID
    amount_mg: Decimal
    given_on: date
    observed_by: UUID
    guest_facility_id: UUID | None
    checked: bool
    returned_to_opioids: bool | None
    limit_rule: str | None


@dataclass(frozen=True, slots=True)
class Given:
    """What was given of an order on a day and on the dosed day before it, in mg, and on how many days before it."""

    given_mg: Decimal
    day_before_mg: Decimal
    dosed_days: int


async def insert_dose(tx: Transaction, dose: Dose) -> None:
    """Store a dose taken now."""
    await tx.connection.execute(
        INSERT,
        dose.dose_id,
        tx.tenant,
        dose.order_id,
        dose.amount_mg,
        dose.given_on,
        tx.now,
        dose.observed_by,
        dose.guest_facility_id,
        dose.checked,
        dose.returned_to_opioids,
        dose.limit_rule,
    )


async def doses_of(tx: Transaction, order_id: UUID) -> Sequence[asyncpg.Record]:
    """The doses of an order, by time."""
    return await tx.connection.fetch(OF_ORDER, order_id)


async def first_dose_on(tx: Transaction, order_id: UUID) -> date | None:
    """The local day of an order's first dose."""
    day: date | None = await tx.connection.fetchval(FIRST_ON, order_id)
    return day


async def given_on(tx: Transaction, order_id: UUID, day: date) -> Given:
    """What was given of an order on a local day and before."""
    [row] = await tx.connection.fetch(GIVEN, order_id, day)
    return Given(**row)


async def given_under_others(
    tx: Transaction, patient_id: UUID, medicines: Sequence[str], order_id: UUID, begin: datetime, end: datetime
) -> Decimal:
    """What the patient got in [begin, end) of the medicines under other orders, in mg; facilities differ in zone."""
    amount: Decimal = await tx.connection.fetchval(UNDER_OTHERS, patient_id, list(medicines), order_id, begin, end)
    return amount


async def last_covered_on(tx: Transaction, patient_id: UUID, medicines: Sequence[str], through: date) -> date | None:
    """The last day up to one on which the patient had a dose of the medicines, observed or taken home."""
    day: date | None = await tx.connection.fetchval(LAST_COVERED, patient_id, list(medicines), through)
    return day


async def agonist_given_at(tx: Transaction, patient_id: UUID, day: date) -> datetime | None:
    """When the patient got an opioid of ours last, at whatever facility."""
    instant: datetime | None = await tx.connection.fetchval(AGONIST_GIVEN_AT, patient_id, tx.now, day)
    return instant


async def treated_from(tx: Transaction, episode_id: UUID, medicines: Sequence[str]) -> date | None:
    """The day on which the episode's treatment with the medicines began; a new induction begins it anew."""
    day: date | None = await tx.connection.fetchval(TREATED_FROM, episode_id, list(medicines))
    return day
