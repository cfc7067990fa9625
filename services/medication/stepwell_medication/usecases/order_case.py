"""What every decision about an order looks at, once the patient is locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_kernel.medication_codes import ClinicalCheck, LastOpioid, Medicine, Protocol
from stepwell_medication.domain.episodes import Episode
from stepwell_medication.domain.facts import ActiveOrder, Check, Decision, Facts
from stepwell_medication.domain.findings import Finding
from stepwell_medication.domain.gates import Ask, OrderRule, gate_findings
from stepwell_medication.domain.interactions import Taken, interaction_findings
from stepwell_medication.domain.medicines import MedicineRule, check_terms, has_withdrawal_gate
from stepwell_medication.domain.withdrawal import Score, WithdrawalRule, check_score, withdrawal_finding
from stepwell_medication.store.checks import MedicineList, Monitored, monitored, newest_checks, newest_list
from stepwell_medication.store.doses import agonist_given_at
from stepwell_medication.store.dosing_rules import dosing_rule
from stepwell_medication.store.drug_tests import opioid_reading
from stepwell_medication.store.interactions import interaction_rules, taken, waning_depots
from stepwell_medication.store.order_decisions import dose_set_at
from stepwell_medication.store.orders import Gate, Order, active_orders
from stepwell_medication.store.reference import find_facility, program_types
from stepwell_medication.store.rules import medicine_rule, order_rules, withdrawal_rule
from stepwell_postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Terms:
    """What the prescriber orders, and what only the prescriber can tell."""

    medicine: Medicine
    protocol: Protocol = Protocol.STANDARD
    daily_mg: Decimal | None = None
    take_home_days: int | None = None
    observed_daily: bool | None = None
    last_opioid: LastOpioid | None = None
    last_opioid_at: datetime | None = None
    methadone_mg: Decimal | None = None
    withdrawal: Score | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of the patient: the newest checks and list, and the other orders that go on, with their ids.

    A drug test is as good a check of opioids as one that was recorded.
    """

    checks: Mapping[ClinicalCheck, tuple[UUID, Check]]
    active: Mapping[UUID, ActiveOrder]
    monitored: Monitored
    listed: MedicineList | None


@dataclass(frozen=True, slots=True)
class OrderCase:
    """What was found, and what it rests on: `inputs` and `rules` stay with the decision.

    `rule_version` is that of the withdrawal gate, or of the medicine where it has none.
    """

    findings: tuple[Finding, ...]
    inputs: Mapping[str, Any]
    rules: tuple[str, ...]
    gate: Gate | None
    rule_version: str


async def read_case(tx: Transaction, episode: Episode, terms: Terms, order: Order | None = None) -> OrderCase:
    """Everything that the rules find against a start, or against a change of an order.

    Raises Invalid (`order_terms_invalid`, `last_opioid_needed`, `score_in_the_future`), Conflict
    (`not_taken_by_mouth`), Unavailable (`facility_not_known_yet`, `programs_not_known_yet`).
    """
    facility = await find_facility(tx, order.facility_id if order else episode.facility_id)
    today = facility.day_of(tx.now)
    medicine = await medicine_rule(tx, terms.medicine, today)
    check_terms(medicine, terms.daily_mg, terms.take_home_days, terms.protocol)
    await _check_observed(tx, terms, today)
    check_score(terms.withdrawal, tx.now)
    known = await _known(tx, episode.patient_id, order)
    score = _score(terms, known)
    gate = None if order else await _gate(tx, medicine, terms, today)
    stopped = withdrawal_finding(gate, score, tx.now) if gate else None
    rules = await order_rules(tx, terms.medicine, Decision.CHANGE if order else Decision.START, today)
    facts = Facts(
        now=tx.now,
        medicine=terms.medicine,
        protocol=terms.protocol,
        daily_mg=terms.daily_mg,
        former_mg=order.daily_mg if order else None,
        dose_set_at=await dose_set_at(tx, order.order_id) if order else None,
        last_opioid=terms.last_opioid,
        last_opioid_at=terms.last_opioid_at,
        methadone_mg=terms.methadone_mg,
        agonist_given_at=await agonist_given_at(tx, episode.patient_id, today),
        age_band=episode.age_band,
        program_types=await _program_types(tx, rules, facility.facility_id),
        checks=_checks(known, score),
        monitoring_asked_at=known.monitored.asked_at,
        monitoring_answered_at=known.monitored.answered_at,
        active=tuple(known.active.values()),
    )
    pairs = await interaction_rules(tx, today)
    (ordered,) = await taken(tx, [terms.medicine], today)
    others = await _others(tx, episode.patient_id, known.active, known.listed, today)
    found = (*gate_findings(rules, facts), *interaction_findings(pairs, ordered, others, terms.protocol))
    asked = (medicine, *((gate,) if gate else ()), *rules, *pairs)
    return OrderCase(
        findings=(stopped, *found) if stopped else found,
        inputs=_inputs(terms, known, score if gate or terms.withdrawal else None),
        rules=tuple(f"{rule.rule_id}@{rule.version}" for rule in asked),
        gate=Gate(gate.rule_id, score) if gate else None,
        rule_version=gate.version if gate else medicine.version,
    )


async def _check_observed(tx: Transaction, terms: Terms, today: date) -> None:
    """A medicine that is observed every day by its rule is so for every order."""
    if terms.observed_daily is not False:
        return
    rule = await dosing_rule(tx, terms.medicine, today)
    if rule.observed_days is None:
        problem = FieldProblem("observed_daily", f"is always so for {terms.medicine}", f"{rule.rule_id}@{rule.version}")
        raise Invalid("order_terms_invalid", "an order of this medicine cannot set this", fields=(problem,))


async def _known(tx: Transaction, patient_id: UUID, order: Order | None) -> Known:
    active = await active_orders(tx, patient_id)
    if order:
        active.pop(order.order_id, None)
    checks = await newest_checks(tx, patient_id)
    reading = await opioid_reading(tx, patient_id)
    recorded = checks.get(ClinicalCheck.OPIOID_TEST)
    if reading and (recorded is None or recorded[1].taken_at < reading[1].taken_at):
        checks[ClinicalCheck.OPIOID_TEST] = reading
    return Known(
        checks=checks,
        active=active,
        monitored=await monitored(tx, patient_id),
        listed=await newest_list(tx, patient_id),
    )


async def interactions_of(tx: Transaction, order: Order, today: date) -> tuple[Finding, ...]:
    """Every pair that the medicine of an order that goes on makes with what else the patient takes."""
    active = await active_orders(tx, order.patient_id)
    active.pop(order.order_id, None)
    (ordered,) = await taken(tx, [order.medicine], today)
    others = await _others(tx, order.patient_id, active, await newest_list(tx, order.patient_id), today)
    return interaction_findings(await interaction_rules(tx, today), ordered, others, Protocol(order.protocol))


async def _others(
    tx: Transaction,
    patient_id: UUID,
    active: Mapping[UUID, ActiveOrder],
    listed: MedicineList | None,
    today: date,
) -> tuple[Taken, ...]:
    """All that acts on the patient beside what is ordered: other orders, depots that wane, and what was listed."""
    substances = listed.substances if listed else ()
    codes = dict.fromkeys((*(other.medicine for other in active.values()), *substances))
    return (*await taken(tx, list(codes), today), *await waning_depots(tx, patient_id, today))


async def _program_types(tx: Transaction, rules: Sequence[OrderRule], facility_id: UUID) -> frozenset[str]:
    """The types of the facility's programs, where a rule asks for them."""
    if all(rule.asks is not Ask.PROGRAM for rule in rules):
        return frozenset()
    return await program_types(tx, facility_id)


async def _gate(tx: Transaction, medicine: MedicineRule, terms: Terms, today: date) -> WithdrawalRule | None:
    kind = terms.last_opioid
    if has_withdrawal_gate(medicine, terms.protocol, kind) and kind is not None:
        return await withdrawal_rule(tx, medicine.medicine, kind, today)
    return None


def _score(terms: Terms, known: Known) -> Score | None:
    """The newest score, whether it came with the order or was recorded."""
    _, recorded = known.checks.get(ClinicalCheck.WITHDRAWAL_SCORE, (None, None))
    if recorded is None or recorded.amount is None:
        return terms.withdrawal
    if terms.withdrawal is not None and terms.withdrawal.taken_at >= recorded.taken_at:
        return terms.withdrawal
    return Score(int(recorded.amount), recorded.taken_at)


def _checks(known: Known, score: Score | None) -> dict[ClinicalCheck, Check]:
    checks = {code: check for code, (_, check) in known.checks.items()}
    if score is not None:
        checks[ClinicalCheck.WITHDRAWAL_SCORE] = Check(score.taken_at, amount=Decimal(score.points))
    return checks


def _inputs(terms: Terms, known: Known, score: Score | None) -> dict[str, Any]:
    """What the decision rests on, as JSON has it; records by their ids."""
    return {
        "protocol": terms.protocol,
        "last_opioid": terms.last_opioid,
        "last_opioid_at": terms.last_opioid_at.isoformat() if terms.last_opioid_at else None,
        "methadone_mg": str(terms.methadone_mg) if terms.methadone_mg else None,
        "withdrawal": {"score": score.points, "taken_at": score.taken_at.isoformat()} if score else None,
        "checks": {code: str(check_id) for code, (check_id, _) in known.checks.items()},
        "monitoring_asked_at": known.monitored.asked_at.isoformat() if known.monitored.asked_at else None,
        "list_id": str(known.listed.list_id) if known.listed else None,
        "active_orders": [str(order_id) for order_id in known.active],
    }
