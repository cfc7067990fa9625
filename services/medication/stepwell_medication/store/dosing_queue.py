"""The dosing queue: who is due under observation today, and who waits for a prescriber's decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from stepwell_contracts.http.common import WorklistRow
from stepwell_contracts.http.medication_giving import HoldView
from stepwell_kernel.codes import Role
from stepwell_kernel.local_time import resolve_forward
from stepwell_kernel.medication_codes import DosingHold, Medicine, MissedDoseStep
from stepwell_medication.store.reference import find_facility
from stepwell_medication.store.worklist import Asked
from stepwell_postgres.transaction import Transaction

#: The day, whether only orders without a dose on it, and the order after which to begin. Which orders are observed on
#: the day is said here as `DosingRule.is_observed` says it.
DUE = """
select o.order_id, o.episode_id, o.medicine, o.protocol, o.daily_mg, given.today_mg, given.first_on, covered.last_on,
       held.reasons
from medication_order o
     cross join lateral (
         select r.observed_days, array(
             select s.medicine from dosing_rule s where s.substance = r.substance
         ) as medicines
         from dosing_rule r
         where r.medicine = o.medicine and r.effective_from <= $2::date
               and (r.effective_to is null or $2 < r.effective_to)
         order by r.effective_from desc
         limit 1
     ) as rule
     cross join lateral (
         select min(d.given_on) as first_on, coalesce(sum(d.amount_mg) filter (where d.given_on = $2), 0) as today_mg
         from dose d
         where d.order_id = o.order_id
     ) as given
     cross join lateral (
         select max(day) filter (where day < $2) as last_on, coalesce(bool_or(day = $2), false) as is_taken_home
         from (
             select d.given_on as day
             from medication_order p join dose d using (order_id)
             where p.patient_id = o.patient_id and p.medicine = any(rule.medicines) and d.given_on < $2
             union all
             select least(t.last_day, $2::date)
             from medication_order p join take_home t using (order_id)
             where p.patient_id = o.patient_id and p.medicine = any(rule.medicines) and t.first_day <= $2
         ) as days
     ) as covered
     cross join lateral (
         select array(
             select h.reason from dosing_hold h
             where h.patient_id = o.patient_id and h.lifted_at is null
             order by h.placed_at, h.hold_id
         ) as reasons
     ) as held
where o.facility_id = $1 and o.state = 'active' and o.order_id > $4 and not covered.is_taken_home
      and coalesce(o.observed_daily, rule.observed_days is null
                                     or $2::date < coalesce(given.first_on, $2) + rule.observed_days)
      and (not $3 or given.today_mg = 0)
order by o.order_id
limit $5
"""

HELD = """
select h.hold_id, h.episode_id, h.reason, h.placed_at, h.order_id, h.days_missed, h.suggested_mg,
       o.state = 'ended' as is_ended
from dosing_hold h left join medication_order o using (order_id)
where h.facility_id = $1 and h.lifted_at is null and ($2::timestamptz is null or h.placed_at < $2)
      and (h.placed_at, h.hold_id) > ($3, $4)
order by h.placed_at, h.hold_id
limit $5
"""


@dataclass(frozen=True, slots=True)
class Due:
    """An order whose dose is due today, with the days missed in a row before today."""

    order_id: UUID
    episode_id: UUID
    medicine: Medicine
    protocol: str
    daily_mg: Decimal | None
    given_today_mg: Decimal
    days_missed: int
    holds: tuple[DosingHold, ...]


async def due_on(
    tx: Transaction, facility_id: UUID, day: date, after: UUID, most: int, *, only_waiting: bool
) -> Sequence[Due]:
    """The facility's orders that are observed on a local day, or those of them without a dose yet, by order id."""
    rows = await tx.connection.fetch(DUE, facility_id, day, only_waiting, after, most)
    return [
        Due(
            order_id=row["order_id"],
            episode_id=row["episode_id"],
            medicine=Medicine(row["medicine"]),
            protocol=row["protocol"],
            daily_mg=row["daily_mg"],
            given_today_mg=row["today_mg"],
            days_missed=_days_missed(row["first_on"], row["last_on"], day),
            holds=tuple(DosingHold(reason) for reason in row["reasons"]),
        )
        for row in rows
    ]


async def held_at(
    tx: Transaction, facility_id: UUID, due_before: datetime | None, after: tuple[datetime, UUID], most: int
) -> Sequence[HoldView]:
    """The open holds of a facility, by when they were placed."""
    rows = await tx.connection.fetch(HELD, facility_id, due_before, *after, most)
    return [
        HoldView(
            hold_id=row["hold_id"],
            episode_id=row["episode_id"],
            reason=DosingHold(row["reason"]),
            placed_at=row["placed_at"],
            order_id=row["order_id"],
            days_missed=row["days_missed"],
            step=_step(row["is_ended"]),
            suggested_mg=row["suggested_mg"],
        )
        for row in rows
    ]


async def doses_waiting(tx: Transaction, asked: Asked) -> Sequence[WorklistRow]:
    """Doses for a nurse to give by the end of the local day."""
    facility = await find_facility(tx, asked.facility_id)
    today = facility.day_of(tx.now)
    due_at = resolve_forward(datetime.combine(today + timedelta(days=1), time()), facility.zone)
    if due_at < asked.after[0] or (asked.due_before is not None and due_at >= asked.due_before):
        return ()
    after = asked.after[1] if due_at == asked.after[0] else UUID(int=0)
    found = await due_on(tx, asked.facility_id, today, after, asked.most, only_waiting=True)
    return [
        WorklistRow(
            kind="dose_held" if due.holds else "dose_missed" if due.days_missed else "dose",
            subject_id=due.order_id,
            episode_id=due.episode_id,
            facility_id=asked.facility_id,
            role=Role.NURSE,
            due_at=due_at,
            command=f"POST /v1/orders/{due.order_id}/doses",
        )
        for due in found
    ]


async def holds_to_decide(tx: Transaction, asked: Asked) -> Sequence[WorklistRow]:
    """Holds for a prescriber to lift, the oldest first."""
    found = await held_at(tx, asked.facility_id, asked.due_before, asked.after, asked.most)
    return [
        WorklistRow(
            kind="dosing_hold",
            subject_id=hold.hold_id,
            episode_id=hold.episode_id,
            facility_id=asked.facility_id,
            role=Role.PRESCRIBER,
            due_at=hold.placed_at,
            command=f"POST /v1/dosing-holds/{hold.hold_id}/lift",
        )
        for hold in found
    ]


def _days_missed(first_on: date | None, last_on: date | None, today: date) -> int:
    """A course counts from its own first dose."""
    if first_on is None or last_on is None or first_on >= today:
        return 0
    return (today - last_on).days - 1


def _step(is_ended: bool | None) -> MissedDoseStep | None:
    """What a hold for missed doses waits for; None for other holds."""
    if is_ended is None:
        return None
    return MissedDoseStep.NEW_INDUCTION if is_ended else MissedDoseStep.PRESCRIBER_ORDER
