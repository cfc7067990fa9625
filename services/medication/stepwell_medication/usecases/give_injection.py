"""An injection that a professional gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from stepwell_contracts.events.medication_giving import InjectionGiven
from stepwell_contracts.http.medication_injections import GiveInjection, InjectionNoted
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict, Invalid
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import Medicine, Severity
from stepwell_medication.domain.access import GIVE_INJECTION, staff_of
from stepwell_medication.domain.episodes import Facility
from stepwell_medication.domain.findings import Finding, settle
from stepwell_medication.domain.holds import check_not_held
from stepwell_medication.domain.injection_plan import Window, regular_window, start_window
from stepwell_medication.domain.injections import (
    Assessment,
    Injection,
    InjectionRules,
    Intended,
    OpioidFreeProof,
    assess,
    course_before,
)
from stepwell_medication.domain.stock import Dispensing
from stepwell_medication.store.holds import open_holds
from stepwell_medication.store.injection_rules import injection_rules
from stepwell_medication.store.injections import insert_finding, insert_injection, last_injections
from stepwell_medication.store.orders import Order, find_order
from stepwell_medication.store.overrides import overridden_rules
from stepwell_medication.store.reference import find_facility
from stepwell_medication.usecases.order_case import interactions_of
from stepwell_medication.usecases.plan_injection import plan_injection
from stepwell_medication.usecases.settle_order import overrides_of, views_of
from stepwell_medication.usecases.take_from_lot import take_from_lot
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction


@dataclass(frozen=True, slots=True)
class Judged:
    """An injection that may be given: its rules, the one before it, what was found, and the reasons of overrides."""

    rules: InjectionRules
    former: Injection | None
    assessment: Assessment
    findings: Sequence[Finding]
    reasons: Mapping[str, str]


async def give_injection(tx: Transaction, order_id: UUID, command: GiveInjection) -> InjectionNoted:
    """Record the injection on the facility's local day, and have the order wait for the next one.

    Raises NotFound (`order_not_found`, `lot_not_found`), Invalid (`not_injected`, `start_not_possible`,
    `test_in_the_future`, `override_repeated`), Conflict (`order_ended`, `dosing_held`, `override_without_finding`, the
    code of a finding that stops, what `take_from_lot` says), Unavailable (`facility_not_known_yet`).
    """
    order = await find_order(tx, order_id)
    tx.authorize(GIVE_INJECTION, Resource(tx.tenant, "order", order_id, order.facility_id))
    given_by = staff_of(tx.caller)
    stream = await lock_patient(tx, order.patient_id)
    order = await find_order(tx, order_id)
    if order.state != "active":
        raise Conflict("order_ended", "the order has ended", rule="injection.active_order")
    check_not_held(await open_holds(tx, order.patient_id))
    facility = await find_facility(tx, order.facility_id)
    judged = await _judge(tx, order, facility, command)
    window = _next_window(tx, facility, command, judged)
    injection = _injection(tx, order, facility, command, judged, window)
    rule = judged.rules.window.rule
    proven_at = command.opioid_free.tested_at if command.opioid_free else None
    await insert_injection(
        tx, injection, patient_id=order.patient_id, given_by=given_by, proven_at=proven_at, rule_version=rule
    )
    for finding in judged.findings:
        await insert_finding(tx, injection.injection_id, finding, judged.reasons.get(finding.rule_id))
    await plan_injection(tx, order, window, rule)
    dispensing = Dispensing(
        order.medicine, command.amount_mg, order.facility_id, order.patient_id, injection.injection_id
    )
    await take_from_lot(tx, command.lot_id, dispensing)
    _tell(tx, stream, order, injection, rule)
    return InjectionNoted(
        injection_id=injection.injection_id,
        given_at=injection.given_at,
        dose_number=injection.dose_number,
        timing=injection.timing,
        next_due_on=injection.next_due_on,
        late_after=injection.late_after,
        findings=views_of(judged.findings, tx.now),
    )


async def _judge(tx: Transaction, order: Order, facility: Facility, command: GiveInjection) -> Judged:
    """Assess the injection by the rules in force and settle what they found.

    What the patient takes may have changed since the order; a pair that was overridden with it is told, no more.
    """
    today = facility.day_of(tx.now)
    rules = await injection_rules(tx, order.medicine, today)
    if rules is None:
        raise Invalid("not_injected", f"{order.medicine} is not injected", rule="injection.medicine")
    last = await last_injections(tx, order.patient_id)
    of_medicine = next((injection for injection in last if injection.medicine == order.medicine), None)
    former = course_before(rules.window, order.order_id, of_medicine, today)
    others = [injection for injection in last if injection.medicine != order.medicine]
    other = max(others, key=lambda injection: injection.opens_on, default=None)
    assessment = assess(rules, former, other, _intended(tx, facility, command))
    pairs = await interactions_of(tx, order, today)
    decided = await overridden_rules(tx, order.order_id)
    open_pairs = [f for f in pairs if f.severity is not Severity.STOP_OVERRIDE or f.rule_id not in decided]
    settled = settle((*assessment.findings, *open_pairs), overrides_of(command.overrides), tx.caller.roles)
    reasons = {finding.rule_id: reason for finding, reason in settled}
    return Judged(rules, former, assessment, (*assessment.findings, *pairs), reasons)


def _intended(tx: Transaction, facility: Facility, command: GiveInjection) -> Intended:
    told = command.opioid_free
    proof = OpioidFreeProof(told.tested_at, told.urine_negative, told.challenge_passed) if told else None
    return Intended(
        amount_mg=command.amount_mg,
        site=command.site,
        side=command.side,
        new_start=command.new_start,
        reversal_agent_discussed=command.reversal_agent_discussed,
        proof=proof,
        now=tx.now,
        today=facility.day_of(tx.now),
    )


def _next_window(tx: Transaction, facility: Facility, command: GiveInjection, judged: Judged) -> Window:
    today, rules = facility.day_of(tx.now), judged.rules
    if command.new_start and rules.start is not None:
        return start_window(rules.start, today, tx.now, facility.zone)
    return regular_window(rules.window, _counts_from(judged, today), facility.zone)


def _counts_from(judged: Judged, today: date) -> date:
    """The day from which the next window counts: that of the first dose where this one belongs to it."""
    return judged.former.counts_from if judged.former and judged.assessment.is_extra else today


def _injection(
    tx: Transaction, order: Order, facility: Facility, command: GiveInjection, judged: Judged, window: Window
) -> Injection:
    today = facility.day_of(tx.now)
    counts_from = _counts_from(judged, today)
    return Injection(
        injection_id=new_id(),
        order_id=order.order_id,
        medicine=order.medicine,
        dose_number=judged.assessment.dose_number,
        starts=command.new_start,
        amount_mg=command.amount_mg,
        site=command.site,
        side=command.side,
        given_on=today,
        given_at=tx.now,
        counts_from=counts_from,
        timing=judged.assessment.timing,
        opens_on=counts_from + timedelta(days=judged.rules.window.opens_days),
        next_due_on=window.due_on,
        late_after=window.late_after,
    )


def _tell(tx: Transaction, stream: Stream, order: Order, injection: Injection, rule_version: str) -> None:
    event = InjectionGiven(
        injection_id=injection.injection_id,
        order_id=order.order_id,
        episode_id=order.episode_id,
        medicine=Medicine(order.medicine),
        amount_mg=injection.amount_mg,
        given_on=injection.given_on,
        timing=injection.timing,
        next_due_on=injection.next_due_on,
        late_after=injection.late_after,
        rule_version=rule_version,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
