"""A prescriber lifts a dosing hold, after missed doses with the dose to go on with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from stepwell_contracts.events.medication_orders import DosingResumed, OrderChanged
from stepwell_contracts.http.medication import OverrideRule
from stepwell_contracts.http.medication_giving import HoldLifted, LiftHold
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_kernel.medication_codes import Medicine, MissedDoseStep, Protocol
from stepwell_medication.domain.access import RESUME_DOSING, staff_of
from stepwell_medication.domain.facts import Decision
from stepwell_medication.domain.findings import Finding, settle
from stepwell_medication.domain.holds import Hold, LiftDecision, MissedCase, check_decision, is_reduced
from stepwell_medication.domain.missed import new_induction, rule_for
from stepwell_medication.store.dosing_rules import follow_up_rule, missed_rules
from stepwell_medication.store.holds import find_hold, store_lift, update_case
from stepwell_medication.store.orders import Order, find_order, go_on_with
from stepwell_medication.store.reference import find_episode
from stepwell_medication.usecases.dosing_case import read_case
from stepwell_medication.usecases.order_case import Terms, read_case as read_order_case
from stepwell_medication.usecases.settle_order import overrides_of, settle_order, views_of
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction


@dataclass(frozen=True, slots=True)
class GoingOn:
    """The active order that a hold for missed doses is about, on its facility's day, with the days missed by then."""

    order: Order
    today: date
    missed: MissedCase


async def resume_dosing(tx: Transaction, hold_id: UUID, command: LiftHold) -> HoldLifted:
    """Lift the hold; other holds of the patient stay.

    Raises NotFound (`hold_not_found`), Conflict (`hold_lifted`, `new_induction_needed`, `dose_above_former`, the code
    of a rule that stops, `override_without_finding`), Invalid (`daily_dose_missing`, `daily_dose_not_asked_for`,
    `decision_reason_missing`, `override_repeated`).
    """
    hold = await find_hold(tx, hold_id)
    tx.authorize(RESUME_DOSING, Resource(tx.tenant, "hold", hold_id, hold.facility_id))
    prescriber = staff_of(tx.caller)
    stream = await lock_patient(tx, hold.patient_id)
    hold = await find_hold(tx, hold_id)
    if hold.lifted_at is not None:
        raise Conflict("hold_lifted", "the hold was lifted before", rule="dosing.hold")
    decision = LiftDecision(command.daily_mg, command.reason)
    going_on = await _read_going_on(tx, hold)
    check_decision(going_on.missed if going_on else None, decision)
    await store_lift(tx, hold_id, prescriber, decision)
    event = DosingResumed(hold_id=hold_id, episode_id=hold.episode_id, lifted_by=prescriber)
    tx.emit(stream, event, episode_id=hold.episode_id)
    if going_on is None or decision.daily_mg is None:
        settle((), overrides_of(command.overrides), tx.caller.roles)
        return HoldLifted(hold_id=hold_id, lifted_at=tx.now, daily_mg=None, take_homes_from=None)
    order = replace(going_on.order, daily_mg=decision.daily_mg)
    findings = await _change_order(tx, stream, going_on, order, command.overrides)
    suspended = await _suspend_take_homes(tx, going_on, decision)
    await go_on_with(tx, order.order_id, decision.daily_mg, suspended)
    return HoldLifted(
        hold_id=hold_id,
        lifted_at=tx.now,
        daily_mg=decision.daily_mg,
        take_homes_from=suspended,
        findings=views_of(findings, tx.now),
    )


async def _read_going_on(tx: Transaction, hold: Hold) -> GoingOn | None:
    """The decision is about all days missed up to today, which may be more than were told when the hold was placed."""
    if hold.missed is None:
        return None
    order = await find_order(tx, hold.missed.order_id)
    if order.state != "active":
        return None
    case = await read_case(tx, order)
    rules = await missed_rules(tx, order.medicine, order.protocol, case.today)
    rule = rule_for(rules, case.run.days, returned=False) if case.run else None
    if case.run is None or rule is None:
        return GoingOn(order, case.today, hold.missed)
    if rule.step is MissedDoseStep.NEW_INDUCTION:
        raise new_induction(rule, case.run.days)
    missed = replace(
        hold.missed,
        days_missed=case.run.days,
        suggested_mg=rule.suggested_mg(hold.missed.base_mg),
        rule_version=rule.name,
    )
    await update_case(tx, hold.hold_id, missed)
    return GoingOn(order, case.today, missed)


async def _change_order(
    tx: Transaction, stream: Stream, going_on: GoingOn, order: Order, overrides: Sequence[OverrideRule]
) -> Sequence[Finding]:
    """Let the decided dose pass the gates as any other change of the order does; what they found."""
    prescriber = staff_of(tx.caller)
    terms = Terms(Medicine(order.medicine), Protocol(order.protocol), order.daily_mg, order.take_home_days)
    case = await read_order_case(tx, await find_episode(tx, order.episode_id), terms, going_on.order)
    overridden = await settle_order(tx, order, Decision.CHANGE, case, overrides, prescriber)
    event = OrderChanged(
        order_id=order.order_id,
        episode_id=order.episode_id,
        medicine=terms.medicine,
        daily_mg=order.daily_mg,
        take_home_days=order.take_home_days,
        rule_version=going_on.missed.rule_version,
        overridden=overridden,
        changed_by=prescriber,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
    return case.findings


async def _suspend_take_homes(tx: Transaction, going_on: GoingOn, decision: LiftDecision) -> date | None:
    """Until when take-homes wait after a reduction, so that the patient is stable on the dose again."""
    if not is_reduced(going_on.missed, decision):
        return None
    return going_on.today + timedelta(days=(await follow_up_rule(tx, going_on.today)).rebuild_days)
