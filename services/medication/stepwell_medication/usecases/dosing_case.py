"""What every decision about a dose looks at, once the patient is locked."""

from dataclasses import dataclass
from datetime import date, timedelta

from stepwell_kernel.errors import Conflict
from stepwell_kernel.medication_codes import OrderEnd
from stepwell_medication.domain.doses import DosingRule
from stepwell_medication.domain.episodes import Facility
from stepwell_medication.domain.holds import check_not_held
from stepwell_medication.domain.missed import MissedRun, run_through
from stepwell_medication.store.doses import first_dose_on, last_covered_on
from stepwell_medication.store.dosing_rules import dosing_rule
from stepwell_medication.store.holds import open_holds
from stepwell_medication.store.orders import Order
from stepwell_medication.store.reference import find_facility
from stepwell_postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DosingCase:
    """An order on a local day of its own facility, wherever the patient stands.

    `run` are the days missed in a row through yesterday, of an order that is observed today.
    """

    order: Order
    facility: Facility
    today: date
    rule: DosingRule
    first_on: date | None
    is_observed: bool
    run: MissedRun | None


async def read_case(tx: Transaction, order: Order) -> DosingCase:
    """The order today.

    Raises Conflict (`not_taken_by_mouth`), Unavailable (`facility_not_known_yet`).
    """
    facility = await find_facility(tx, order.facility_id)
    today = facility.day_of(tx.now)
    rule = await dosing_rule(tx, order.medicine, today)
    first_on = await first_dose_on(tx, order.order_id)
    is_observed = rule.is_observed(order.observed_daily, first_on, today)
    run = None
    if is_observed and first_on is not None and first_on < today:
        yesterday = today - timedelta(days=1)
        last = await last_covered_on(tx, order.patient_id, rule.medicines, yesterday)
        run = run_through(last, yesterday) if last is not None else None
    return DosingCase(order, facility, today, rule, first_on, is_observed, run)


async def check_may_give(tx: Transaction, order: Order) -> None:
    """Raise Conflict (`order_ended`, `new_induction_needed`, `dosing_held`) unless the order may be dosed at all."""
    check_is_active(order)
    check_not_held(await open_holds(tx, order.patient_id))


def check_is_active(order: Order) -> None:
    """Raise Conflict (`order_ended`, `new_induction_needed`) for an order that has ended."""
    if order.end_reason == OrderEnd.MISSED_DOSES:
        detail = "missed doses have ended the order: a new induction is needed"
        raise Conflict("new_induction_needed", detail, rule="dose.active_order")
    if order.state != "active":
        raise Conflict("order_ended", "the order has ended", rule="dose.active_order")
