"""A local day ends without the dose that was due: the duty that tells it, and its use case."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from stepwell_contracts.events.medication_giving import DoseMissed
from stepwell_contracts.events.medication_orders import DosingHeld, VisitNeeded
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import resolve_forward
from stepwell_kernel.medication_codes import DosingHold, Medicine, MissedDoseStep, OrderEnd, VisitReason
from stepwell_medication.domain.access import NOTE_MISSED_DAY
from stepwell_medication.domain.doses import DosingRule
from stepwell_medication.domain.episodes import Facility
from stepwell_medication.domain.holds import Hold, MissedCase
from stepwell_medication.domain.missed import MissedRule, MissedRun, rule_for, run_through
from stepwell_medication.store.doses import first_dose_on, given_on, last_covered_on
from stepwell_medication.store.dosing_rules import dosing_rule, follow_up_rule, missed_rules
from stepwell_medication.store.holds import (
    holds_of_run,
    insert_hold,
    store_missed_day,
    update_case,
    visit_was_asked,
)
from stepwell_medication.store.orders import Order, find_order
from stepwell_medication.store.reference import find_facility
from stepwell_medication.usecases.end_order import end_now
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.duties import Duty, complete_duty, schedule_duty
from stepwell_postgres.transaction import Stream, Transaction

NOTE_MISSED_DAY_DUTY = "note_missed_day"

#: Steps at which a prescriber must see the patient.
PRESCRIBER_STEPS = frozenset({MissedDoseStep.PRESCRIBER_ORDER, MissedDoseStep.NEW_INDUCTION})


@dataclass(frozen=True, slots=True)
class MissedDay:
    """A local day without a dose, the run it ends, and its rule; `is_over` when there was a dose on a later day."""

    order: Order
    facility: Facility
    day: date
    run: MissedRun
    rule: MissedRule
    is_over: bool

    @property
    def ends_order(self) -> bool:
        """Whether only a new induction leads on."""
        return self.rule.step is MissedDoseStep.NEW_INDUCTION and not self.is_over


async def plan_missed_day(
    tx: Transaction, order: Order, rule: DosingRule, facility: Facility, first_on: date, day: date
) -> None:
    """Have a local day looked at after its end, where a dose is due under observation on it."""
    if not rule.is_observed(order.observed_daily, first_on, day):
        return
    follow_up = await follow_up_rule(tx, day)
    told_at = datetime.combine(day + timedelta(days=1), time()) + timedelta(minutes=follow_up.told_after_minutes)
    payload = {"order_id": str(order.order_id), "day": day.isoformat()}
    key = f"{order.order_id}/{day.isoformat()}"
    await schedule_duty(tx, NOTE_MISSED_DAY_DUTY, key, resolve_forward(told_at, facility.zone), payload)


async def note_missed_day(tx: Transaction, duty: Duty) -> None:
    """Tell the day if it was missed, hold the patient or end the order where the rule says so, and plan the next day.

    Days are told one after the other, each planned by the one before, however late: what was given on a later day
    stays, so that only the telling is left then. Raises NotFound (`order_not_found`), Unavailable
    (`facility_not_known_yet`).
    """
    order_id, day = UUID(duty.payload["order_id"]), date.fromisoformat(duty.payload["day"])
    order = await find_order(tx, order_id)
    tx.authorize(NOTE_MISSED_DAY, Resource(tx.tenant, "order", order_id, order.facility_id))
    stream = await lock_patient(tx, order.patient_id)
    order = await find_order(tx, order_id)
    facility = await find_facility(tx, order.facility_id)
    rule = await dosing_rule(tx, order.medicine, day)
    first_on = await first_dose_on(tx, order_id)
    if order.state != "active" or first_on is None or not rule.is_observed(order.observed_daily, first_on, day):
        await complete_duty(tx, duty, code="not_due")
        return
    if day >= facility.day_of(tx.now):
        await plan_missed_day(tx, order, rule, facility, first_on, day)
        return
    await complete_duty(tx, duty)
    missed = await _read_missed(tx, order, facility, rule, day)
    if missed is not None:
        await _tell(tx, stream, missed)
        if missed.ends_order:
            return
    await plan_missed_day(tx, order, rule, facility, first_on, day + timedelta(days=1))


async def _read_missed(
    tx: Transaction, order: Order, facility: Facility, dosing: DosingRule, day: date
) -> MissedDay | None:
    """The day, if it had no dose and the medicine has a rule for it."""
    last = await last_covered_on(tx, order.patient_id, dosing.medicines, day)
    run = run_through(last, day) if last is not None else None
    if run is None:
        return None
    rule = rule_for(await missed_rules(tx, order.medicine, order.protocol, day), run.days, returned=False)
    if rule is None:
        return None
    since = await last_covered_on(tx, order.patient_id, dosing.medicines, facility.day_of(tx.now))
    return MissedDay(order, facility, day, run, rule, is_over=since is not None and since > day)


async def _tell(tx: Transaction, stream: Stream, missed: MissedDay) -> None:
    """Tell the day and, unless a dose has been given since, do what its step says."""
    order, run, rule = missed.order, missed.run, missed.rule
    event = DoseMissed(
        order_id=order.order_id,
        episode_id=order.episode_id,
        medicine=Medicine(order.medicine),
        missed_on=missed.day,
        days_missed=run.days,
        step=rule.step,
        rule_version=rule.name,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
    visit_id = None
    if not missed.is_over and rule.step in PRESCRIBER_STEPS:
        if missed.ends_order:
            await end_now(tx, order, OrderEnd.MISSED_DOSES)
        else:
            await _hold(tx, stream, missed)
        if not await visit_was_asked(tx, order.order_id, run.missed_from):
            visit_id = await _ask_for_visit(tx, stream, order, missed.facility)
    await store_missed_day(tx, order.order_id, missed.day, run.missed_from, rule.step, rule.name, visit_id)


async def _hold(tx: Transaction, stream: Stream, missed: MissedDay) -> None:
    """Place the hold of the missed days, or keep the open one true to them."""
    order, run, rule = missed.order, missed.run, missed.rule
    earlier = await holds_of_run(tx, order.order_id, run.missed_from)
    if earlier and earlier[0].missed:
        base = earlier[0].missed.base_mg
    else:
        base = order.daily_mg or (await given_on(tx, order.order_id, missed.day)).day_before_mg
    case = MissedCase(order.order_id, run.missed_from, run.days, base, rule.suggested_mg(base), rule.name)
    for hold in earlier:
        if hold.lifted_at is None:
            await update_case(tx, hold.hold_id, case)
            return
    hold = Hold(
        hold_id=new_id(),
        patient_id=order.patient_id,
        episode_id=order.episode_id,
        facility_id=order.facility_id,
        reason=DosingHold.MISSED_DOSES,
        placed_by=None,
        placed_at=tx.now,
        missed=case,
    )
    await insert_hold(tx, hold)
    event = DosingHeld(hold_id=hold.hold_id, episode_id=hold.episode_id, reason=hold.reason)
    tx.emit(stream, event, episode_id=hold.episode_id)


async def _ask_for_visit(tx: Transaction, stream: Stream, order: Order, facility: Facility) -> UUID:
    """The prescriber sees the patient within the days of the rule."""
    today = facility.day_of(tx.now)
    follow_up = await follow_up_rule(tx, today)
    until = datetime.combine(today + timedelta(days=follow_up.visit_within_days), time())
    event = VisitNeeded(
        visit_id=new_id(),
        episode_id=order.episode_id,
        order_id=order.order_id,
        reason=VisitReason.MISSED_DOSES,
        minutes=follow_up.visit_minutes,
        not_before=tx.now,
        not_after=resolve_forward(until, facility.zone),
        target_day=today,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
    return event.visit_id
