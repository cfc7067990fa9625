"""Doses handed out for days without observation."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from stepwell_contracts.events.medication_giving import TakeHomeDispensed
from stepwell_contracts.http.medication_giving import DispenseTakeHome, TakeHomeHandedOut
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Conflict, FieldProblem
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import Medicine
from stepwell_medication.domain.access import DISPENSE_TAKE_HOME, staff_of
from stepwell_medication.domain.stock import Dispensing
from stepwell_medication.domain.take_home import (
    Ceiling,
    Standing,
    Supply,
    TakeHomeRule,
    check_closures,
    check_considered,
    check_no_closures,
    check_supply,
)
from stepwell_medication.store.doses import given_on, treated_from
from stepwell_medication.store.dosing_rules import ceilings, take_home_rule
from stepwell_medication.store.orders import find_order
from stepwell_medication.store.overrides import insert_override
from stepwell_medication.store.take_homes import TakeHome, insert_take_home, supplies_since
from stepwell_medication.usecases.dosing_case import DosingCase, check_may_give, read_case
from stepwell_medication.usecases.take_from_lot import take_from_lot
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def dispense_take_home(tx: Transaction, order_id: UUID, command: DispenseTakeHome) -> TakeHomeHandedOut:
    """Hand out the ordered daily dose for days in a row, within every ceiling.

    Raises NotFound (`order_not_found`), Conflict (`order_ended`, `new_induction_needed`, `dosing_held`,
    `not_taken_by_mouth`, `daily_dose_not_ordered`, `first_dose_not_observed`, `next_dose_is_observed`,
    `already_dosed_today`, `considerations_missing`, `considerations_unfavourable`, `days_covered_already`,
    `take_homes_suspended`, `take_home_ceiling_exceeded`, `take_homes_not_ordered`), Invalid (`day_in_the_past`,
    `closure_day_outside`, `not_a_closure_day`), Unavailable (`facility_not_known_yet`), and what the lot's ledger
    raises.
    """
    order = await find_order(tx, order_id)
    tx.authorize(DISPENSE_TAKE_HOME, Resource(tx.tenant, "order", order_id, order.facility_id))
    dispenser = staff_of(tx.caller)
    stream = await lock_patient(tx, order.patient_id)
    order = await find_order(tx, order_id)
    await check_may_give(tx, order)
    case = await read_case(tx, order)
    asked = Supply(command.first_day, command.days, frozenset(command.closure_days))
    daily_mg = await _check_course(tx, case, asked.first_day)
    held = await supplies_since(tx, order.patient_id, case.rule.medicines, case.today)
    rule = await take_home_rule(tx, order.medicine, case.today)
    unfavourable = await _check_rule(tx, case, rule, asked, held, command, dispenser)
    limit = await _check_ceilings(tx, case, rule, asked, held)
    take_home = TakeHome(
        take_home_id=new_id(),
        order_id=order_id,
        daily_mg=daily_mg,
        supply=asked,
        considered=command.considerations is not None,
        unfavourable=unfavourable,
        rule_version=limit,
        dispensed_by=dispenser,
    )
    await insert_take_home(tx, take_home)
    dispensing = Dispensing(
        order.medicine, daily_mg * asked.days, order.facility_id, order.patient_id, take_home.take_home_id
    )
    await take_from_lot(tx, command.lot_id, dispensing)
    event = TakeHomeDispensed(
        take_home_id=take_home.take_home_id,
        order_id=order_id,
        episode_id=order.episode_id,
        medicine=Medicine(order.medicine),
        daily_mg=daily_mg,
        days=asked.days,
        first_day=asked.first_day,
        last_day=asked.last_day,
        rule_version=limit,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
    return TakeHomeHandedOut(
        take_home_id=take_home.take_home_id,
        daily_mg=daily_mg,
        first_day=asked.first_day,
        last_day=asked.last_day,
        rule_version=limit,
    )


async def _check_course(tx: Transaction, case: DosingCase, first_day: date) -> Decimal:
    """The daily dose of a course that runs; a course begins, and goes on after missed days, under observation."""
    rule_id = case.rule.rule_id
    if case.order.daily_mg is None:
        raise Conflict("daily_dose_not_ordered", "take-homes need an ordered daily dose", rule=rule_id)
    if case.first_on is None and case.rule.observed_days != 0:
        raise Conflict("first_dose_not_observed", "the first dose is taken under observation", rule=rule_id)
    given = await given_on(tx, case.order.order_id, case.today)
    if case.run is not None and not given.given_mg:
        detail = f"after {case.run.days} missed days the next dose is observed"
        raise Conflict("next_dose_is_observed", detail, rule=rule_id)
    if first_day == case.today and given.given_mg:
        problem = FieldProblem("first_day", "has its dose")
        raise Conflict("already_dosed_today", "today's dose was observed", fields=(problem,), rule="dose.one_a_day")
    return case.order.daily_mg


async def _check_rule(
    tx: Transaction,
    case: DosingCase,
    rule: TakeHomeRule | None,
    asked: Supply,
    held: Sequence[Supply],
    command: DispenseTakeHome,
    dispenser: UUID,
) -> frozenset[str]:
    """What spoke against it and was overridden by a prescriber; closure days need no consideration."""
    if rule is None:
        check_no_closures(asked)
        return frozenset()
    check_closures(rule, asked, held, case.facility.holidays)
    if not asked.counted:
        return frozenset()
    stated = command.considerations.model_dump() if command.considerations else None
    favourable = None if stated is None else frozenset(code for code, speaks_for in stated.items() if speaks_for)
    unfavourable = check_considered(rule, favourable)
    if unfavourable:
        if command.override_reason is None or Role.PRESCRIBER not in tx.caller.roles:
            fields = tuple(FieldProblem(f"considerations.{code}", "speaks against", rule.name) for code in unfavourable)
            detail = "a prescriber may hand out take-homes against a consideration, with a reason"
            raise Conflict("considerations_unfavourable", detail, fields=fields, rule=rule.rule_id)
        reason = command.override_reason
        await insert_override(tx, case.order.order_id, rule.rule_id, rule.version, reason, dispenser)
    return unfavourable


async def _check_ceilings(
    tx: Transaction, case: DosingCase, rule: TakeHomeRule | None, asked: Supply, held: Sequence[Supply]
) -> str:
    """The rule that limits the supply most: where take-homes are regulated, what is not ordered is not allowed."""
    order, today = case.order, case.today
    ordered_days = order.take_home_days
    limits: Sequence[Ceiling] = ()
    if rule is not None:
        ordered_days = ordered_days or 0
        began = await treated_from(tx, order.episode_id, case.rule.medicines) or today
        number = (today - began).days + 1
        limits = await ceilings(tx, order.medicine, case.facility.jurisdiction, number, today)
    standing = Standing(today, ordered_days, order.take_homes_from, held)
    nearest = check_supply(limits, standing, asked)
    return nearest or (rule.name if rule else f"{case.rule.rule_id}@{case.rule.version}")
