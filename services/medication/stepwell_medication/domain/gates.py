"""The gates of an order: each rule is a row that names what is asked, and what the answer is compared with."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from stepwell_kernel.codes import Role
from stepwell_kernel.medication_codes import ClinicalCheck, LastOpioid, Medicine, Protocol, Severity
from stepwell_medication.domain.facts import Check, Facts
from stepwell_medication.domain.findings import Finding


class Ask(StrEnum):
    """What a rule can ask."""

    ALWAYS = "always"
    DUPLICATE = "duplicate"
    PROGRAM = "program"
    PROTOCOL = "protocol"
    AGE = "age"
    CHECK_MISSING = "check_missing"
    CHECK_RESULT = "check_result"
    CHECK_AMOUNT = "check_amount"
    CHECK_SINCE = "check_since"
    LAST_OPIOID_SINCE = "last_opioid_since"
    LAST_OPIOID_UNTIMED = "last_opioid_untimed"
    OPIOID_FREE = "opioid_free"
    OPIOID_FREE_UNTOLD = "opioid_free_untold"
    METHADONE_DOSE = "methadone_dose"
    METHADONE_DOSE_UNTOLD = "methadone_dose_untold"
    DAILY_DOSE = "daily_dose"
    DOSE_STEP = "dose_step"
    DOSE_PACE = "dose_pace"
    DOSE_REDUCED = "dose_reduced"
    MONITORING = "monitoring"
    MONITORING_UNANSWERED = "monitoring_unanswered"
    TRANSMUCOSAL = "transmucosal"


@dataclass(frozen=True, slots=True)
class Amounts:
    """An interval; a bound that is absent is infinite."""

    least: Decimal | None = None
    most: Decimal | None = None
    with_least: bool = True
    with_most: bool = True

    def __contains__(self, amount: Decimal) -> bool:
        above = self.least is None or amount > self.least or (self.with_least and amount == self.least)
        below = self.most is None or amount < self.most or (self.with_most and amount == self.most)
        return above and below


@dataclass(frozen=True, slots=True)
class Unless:
    """A check that lifts a rule, if it had one of the results within so many hours."""

    check: ClinicalCheck
    results: frozenset[str]
    hours: int


@dataclass(frozen=True, slots=True)
class OrderRule:
    """A row: what is asked, and what is found where the answer is not as it should be.

    `amounts` are mg, hours, or what the check measures. A check that is older than `within_hours` does not count.
    """

    rule_id: str
    version: str
    asks: Ask
    severity: Severity
    code: str
    check: ClinicalCheck | None = None
    codes: frozenset[str] = frozenset()
    amounts: Amounts | None = None
    within_hours: int | None = None
    protocols: frozenset[Protocol] = frozenset(Protocol)
    unless: Unless | None = None
    override_role: Role = Role.PRESCRIBER
    due_hours: int | None = None

    def has(self, amount: Decimal | None) -> bool:
        """Whether an amount is known and lies in the interval of the row."""
        return amount is not None and self.amounts is not None and amount in self.amounts


Hit = tuple[str, str] | None

TRANSMUCOSAL = frozenset({Medicine.BUPRENORPHINE_NALOXONE_SL, Medicine.BUPRENORPHINE_SL})


def gate_findings(rules: Iterable[OrderRule], facts: Facts) -> tuple[Finding, ...]:
    """What the rules of a medicine find, in their order."""
    return tuple(finding for rule in rules if (finding := _finding(rule, facts)))


def _finding(rule: OrderRule, facts: Facts) -> Finding | None:
    if facts.protocol not in rule.protocols or _is_lifted(rule.unless, facts):
        return None
    hit = _ANSWERS[rule.asks](rule, facts)
    if hit is None:
        return None
    path, problem = hit
    return Finding(
        rule_id=rule.rule_id,
        version=rule.version,
        severity=rule.severity,
        code=rule.code,
        path=path,
        problem=problem,
        override_role=rule.override_role,
        check=rule.check,
        due_hours=rule.due_hours,
    )


def _is_lifted(unless: Unless | None, facts: Facts) -> bool:
    if unless is None:
        return False
    check = facts.checks.get(unless.check)
    return check is not None and check.result in unless.results and _is_fresh(check, unless.hours, facts)


def _is_fresh(check: Check, hours: int | None, facts: Facts) -> bool:
    age = facts.hours_since(check.taken_at)
    return hours is None or (age is not None and age <= hours)


def _check(rule: OrderRule, facts: Facts) -> Check | None:
    check = facts.checks.get(rule.check) if rule.check else None
    return check if check is not None and _is_fresh(check, rule.within_hours, facts) else None


def _always(rule: OrderRule, facts: Facts) -> Hit:
    del facts
    return "medicine", f"{rule.code} within {rule.due_hours} hours"


def _duplicate(rule: OrderRule, facts: Facts) -> Hit:
    del rule
    same = any(order.medicine is facts.medicine for order in facts.active)
    return ("medicine", "is ordered for the patient already") if same else None


def _program(rule: OrderRule, facts: Facts) -> Hit:
    if facts.program_types & rule.codes:
        return None
    return "medicine", f"is for a facility with a program of type {', '.join(sorted(rule.codes))}"


def _protocol(rule: OrderRule, facts: Facts) -> Hit:
    return ("protocol", "needs a reason") if facts.protocol in rule.codes else None


def _age(rule: OrderRule, facts: Facts) -> Hit:
    return ("episode_id", f"is of an {facts.age_band}") if facts.age_band in rule.codes else None


def _check_missing(rule: OrderRule, facts: Facts) -> Hit:
    if rule.amounts is not None and not rule.has(facts.daily_mg):
        return None
    if _check(rule, facts) is not None:
        return None
    within = "" if rule.within_hours is None else f" in the last {rule.within_hours} hours"
    return f"checks.{rule.check}", f"was not recorded{within}"


def _check_result(rule: OrderRule, facts: Facts) -> Hit:
    check = _check(rule, facts)
    if check is None or check.result not in rule.codes:
        return None
    return f"checks.{rule.check}", f"is {check.result}"


def _check_amount(rule: OrderRule, facts: Facts) -> Hit:
    check = _check(rule, facts)
    if check is None or not rule.has(check.amount):
        return None
    return f"checks.{rule.check}", f"is {check.amount}"


def _check_since(rule: OrderRule, facts: Facts) -> Hit:
    check = _check(rule, facts)
    hours = facts.hours_since(check.since) if check else None
    return (f"checks.{rule.check}", f"is so for {hours:.1f} hours") if hours is not None and rule.has(hours) else None


def _last_opioid_since(rule: OrderRule, facts: Facts) -> Hit:
    hours = facts.hours_since(facts.last_opioid_at)
    if facts.last_opioid not in rule.codes or hours is None or not rule.has(hours):
        return None
    return "last_opioid_at", f"is {hours:.1f} hours ago"


def _last_opioid_untimed(rule: OrderRule, facts: Facts) -> Hit:
    if facts.last_opioid not in rule.codes or facts.last_opioid_at is not None:
        return None
    return "last_opioid_at", "was not stated"


def _last_opioid_told(facts: Facts) -> datetime | None:
    """When the last opioid was taken that anybody told of."""
    told = facts.checks.get(ClinicalCheck.OPIOID_FREE)
    return _latest(facts.last_opioid_at, told.since if told else None)


def _latest(*instants: datetime | None) -> datetime | None:
    return max((instant for instant in instants if instant is not None), default=None)


def _opioid_free(rule: OrderRule, facts: Facts) -> Hit:
    hours = facts.hours_since(_latest(_last_opioid_told(facts), facts.agonist_given_at))
    if hours is None or not rule.has(hours) or (rule.codes and facts.last_opioid not in rule.codes):
        return None
    return "checks.opioid_free", f"is so for {hours:.1f} hours"


def _opioid_free_untold(rule: OrderRule, facts: Facts) -> Hit:
    del rule
    if facts.last_opioid is LastOpioid.NONE or _last_opioid_told(facts) is not None:
        return None
    return "checks.opioid_free", "was not recorded"


def _methadone_dose(rule: OrderRule, facts: Facts) -> Hit:
    if facts.last_opioid is not LastOpioid.METHADONE or not rule.has(facts.methadone_mg):
        return None
    return "methadone_mg", f"is {facts.methadone_mg}"


def _methadone_dose_untold(rule: OrderRule, facts: Facts) -> Hit:
    del rule
    untold = facts.last_opioid is LastOpioid.METHADONE and facts.methadone_mg is None
    return ("methadone_mg", "was not stated") if untold else None


def _daily_dose(rule: OrderRule, facts: Facts) -> Hit:
    return ("daily_mg", f"is {facts.daily_mg}") if rule.has(facts.daily_mg) else None


def _step(facts: Facts) -> Decimal:
    """How much more a day than before; less is negative."""
    if facts.daily_mg is None or facts.former_mg is None:
        return Decimal(0)
    return facts.daily_mg - facts.former_mg


def _dose_step(rule: OrderRule, facts: Facts) -> Hit:
    return ("daily_mg", f"rises by {_step(facts)}") if rule.has(_step(facts)) else None


def _dose_pace(rule: OrderRule, facts: Facts) -> Hit:
    hours = facts.hours_since(facts.dose_set_at)
    if _step(facts) <= 0 or hours is None or not rule.has(hours):
        return None
    return "daily_mg", f"rises {hours:.1f} hours after it was set"


def _dose_reduced(rule: OrderRule, facts: Facts) -> Hit:
    check = _check(rule, facts)
    if _step(facts) >= 0 or check is None or check.result not in rule.codes:
        return None
    return "daily_mg", f"falls by {-_step(facts)} while {rule.check} is {check.result}"


def _monitoring(rule: OrderRule, facts: Facts) -> Hit:
    hours = facts.hours_since(facts.monitoring_asked_at)
    if hours is None:
        return "monitoring_check", "was never made"
    return ("monitoring_check", f"is {hours:.1f} hours old") if rule.has(hours) else None


def _monitoring_unanswered(rule: OrderRule, facts: Facts) -> Hit:
    asked, answered = facts.hours_since(facts.monitoring_asked_at), facts.hours_since(facts.monitoring_answered_at)
    if asked is None or rule.has(asked) or (answered is not None and not rule.has(answered)):
        return None
    return "monitoring_check", "was not answered: short supplies, and a new attempt each time"


def _transmucosal(rule: OrderRule, facts: Facts) -> Hit:
    """Whether the patient has taken enough buprenorphine by mouth for long enough."""
    least_hours = rule.within_hours or 0
    for order in facts.active:
        hours = facts.hours_since(order.started_at) or Decimal(0)
        is_enough = rule.amounts is None or rule.has(order.daily_mg)
        if order.medicine in TRANSMUCOSAL and hours >= least_hours and is_enough:
            return None
    return "medicine", f"follows buprenorphine by mouth for at least {least_hours // 24} days, or a test dose"


_ANSWERS: Mapping[Ask, Callable[[OrderRule, Facts], Hit]] = MappingProxyType(
    {
        Ask.ALWAYS: _always,
        Ask.DUPLICATE: _duplicate,
        Ask.PROGRAM: _program,
        Ask.PROTOCOL: _protocol,
        Ask.AGE: _age,
        Ask.CHECK_MISSING: _check_missing,
        Ask.CHECK_RESULT: _check_result,
        Ask.CHECK_AMOUNT: _check_amount,
        Ask.CHECK_SINCE: _check_since,
        Ask.LAST_OPIOID_SINCE: _last_opioid_since,
        Ask.LAST_OPIOID_UNTIMED: _last_opioid_untimed,
        Ask.OPIOID_FREE: _opioid_free,
        Ask.OPIOID_FREE_UNTOLD: _opioid_free_untold,
        Ask.METHADONE_DOSE: _methadone_dose,
        Ask.METHADONE_DOSE_UNTOLD: _methadone_dose_untold,
        Ask.DAILY_DOSE: _daily_dose,
        Ask.DOSE_STEP: _dose_step,
        Ask.DOSE_PACE: _dose_pace,
        Ask.DOSE_REDUCED: _dose_reduced,
        Ask.MONITORING: _monitoring,
        Ask.MONITORING_UNANSWERED: _monitoring_unanswered,
        Ask.TRANSMUCOSAL: _transmucosal,
    }
)
