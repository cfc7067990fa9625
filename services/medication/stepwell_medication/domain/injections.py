"""Extended-release injections: where one lies in its window, and what speaks against it.

Days are local calendar days of the facility, counted from the last injection of the medicine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from stepwell_kernel.errors import Bug, FieldProblem, Invalid
from stepwell_kernel.medication_codes import BodySide, InjectionSite, InjectionTiming, Severity
from stepwell_medication.domain.findings import Finding

REVERSAL_AGENT = "reversal_agent_not_discussed"


@dataclass(frozen=True, slots=True)
class WindowRule:
    """The days of the window between two injections; the rows' comment says what lies between them."""

    rule_id: str
    version: str
    earliest_days: int
    opens_days: int
    target_days: int
    on_time_until_days: int
    late_until_days: int | None
    proof_hours: int | None

    @property
    def rule(self) -> str:
        """`<rule id>@<version>`, as events and answers name it."""
        return f"{self.rule_id}@{self.version}"


@dataclass(frozen=True, slots=True)
class StartRule:
    """How a new start goes. An `extra` second dose belongs to the first, from which the window goes on counting."""

    rule_id: str
    version: str
    first_mg: tuple[Decimal, ...]
    second_mg: tuple[Decimal, ...]
    earliest_days: int
    earliest_hours: int
    target_days: int
    within_days: int
    extra: bool


@dataclass(frozen=True, slots=True)
class StrengthRule:
    """A strength in which a medicine comes, and from which dose of the course on it is given."""

    amount_mg: Decimal
    from_dose: int


@dataclass(frozen=True, slots=True)
class SiteRule:
    """A site at which a medicine is injected, and from which dose of the course on."""

    site: InjectionSite
    from_dose: int


@dataclass(frozen=True, slots=True)
class FindingRule:
    """How severe it is when something speaks against an injection."""

    rule_id: str
    version: str
    code: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class InjectionRules:
    """The rules of a medicine that are in force; `findings` by their code."""

    window: WindowRule
    start: StartRule | None
    strengths: Sequence[StrengthRule]
    sites: Sequence[SiteRule]
    findings: Mapping[str, FindingRule]

    def finding(self, code: str, path: str, problem: str) -> Finding:
        """What was found, as severe as the rule has it; Bug (`rule_missing`)."""
        rule = self.findings.get(code)
        if rule is None:
            raise Bug("rule_missing", f"no rule says how severe {code} is")
        return Finding(rule.rule_id, rule.version, rule.severity, code, path, problem)


@dataclass(frozen=True, slots=True)
class Injection:
    """An injection that was given. `starts` is the first of a new start; the next window counts from `counts_from`.

    `opens_on` is when the next regular one can be given; what is due next may be the second dose of a start.
    """

    injection_id: UUID
    order_id: UUID
    medicine: str
    dose_number: int
    starts: bool
    amount_mg: Decimal
    site: InjectionSite
    side: BodySide
    given_on: date
    given_at: datetime
    counts_from: date
    timing: InjectionTiming
    opens_on: date
    next_due_on: date
    late_after: date


@dataclass(frozen=True, slots=True)
class OpioidFreeProof:
    """A test of the urine and a challenge, that no opioid is left."""

    tested_at: datetime
    urine_negative: bool
    challenge_passed: bool

    def holds(self, hours: int, now: datetime) -> bool:
        """Whether both went well, no longer ago than so many hours."""
        fresh = now - self.tested_at <= timedelta(hours=hours)
        return self.urine_negative and self.challenge_passed and fresh


@dataclass(frozen=True, slots=True)
class Intended:
    """What is to be given now, on the local day `today`."""

    amount_mg: Decimal
    site: InjectionSite
    side: BodySide
    new_start: bool
    reversal_agent_discussed: bool
    proof: OpioidFreeProof | None
    now: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Assessment:
    """Which dose of the course it is, where it lies in its window, and what speaks against it."""

    dose_number: int
    timing: InjectionTiming
    is_extra: bool
    findings: tuple[Finding, ...]


def course_before(rule: WindowRule, order_id: UUID, former: Injection | None, today: date) -> Injection | None:
    """The last injection of the course that goes on; one of a former order is past with its window."""
    if former is None or former.order_id == order_id:
        return former
    last = rule.late_until_days or rule.on_time_until_days
    return former if _days(former, today) <= last else None


def assess(rules: InjectionRules, former: Injection | None, other: Injection | None, intended: Intended) -> Assessment:
    """Judge an injection after the `former` one of its course and the last one of an `other` medicine.

    Raises Invalid (`start_not_possible`, `test_in_the_future`).
    """
    if intended.proof is not None and intended.proof.tested_at > intended.now:
        raise _invalid("test_in_the_future", "opioid_free.tested_at", "lies in the future")
    timing, is_extra, findings = _timing(rules, former, intended)
    goes_on = former is not None and timing not in {InjectionTiming.FIRST, InjectionTiming.RESTART}
    number = former.dose_number + 1 if former is not None and goes_on else 1
    findings += _dose(rules, former if goes_on else None, intended, number)
    findings += _site(rules, former, intended, number)
    if other is not None and intended.today < other.opens_on:
        problem = f"{other.medicine} works until the window of {other.opens_on.isoformat()}"
        findings.append(rules.finding("other_depot_active", "order", problem))
    if REVERSAL_AGENT in rules.findings and not intended.reversal_agent_discussed:
        findings.append(rules.finding(REVERSAL_AGENT, "reversal_agent_discussed", "is discussed at every injection"))
    return Assessment(number, timing, is_extra, tuple(findings))


def _timing(
    rules: InjectionRules, former: Injection | None, intended: Intended
) -> tuple[InjectionTiming, bool, list[Finding]]:
    if former is None:
        return InjectionTiming.FIRST, False, []
    window, start, days = rules.window, rules.start, _days(former, intended.today)
    earliest, opens = window.earliest_days, window.opens_days
    if start is not None and former.starts:
        if start.extra and intended.amount_mg in start.second_mg and days <= start.within_days:
            return _extra(rules, start, former, intended)
        if not start.extra:
            earliest = opens = start.earliest_days
    if days < opens:
        code = "injection_too_early" if days < earliest else "injection_early"
        return InjectionTiming.EARLY, False, [rules.finding(code, "order", f"is day {days}, opens on day {opens}")]
    if days <= window.on_time_until_days:
        return InjectionTiming.ON_TIME, False, []
    if window.late_until_days is None or days <= window.late_until_days:
        problem = f"is day {days}, on time through day {window.on_time_until_days}"
        return InjectionTiming.LATE, False, [rules.finding("injection_late", "order", problem)]
    return InjectionTiming.RESTART, False, _restart(rules, window.late_until_days, days, intended)


def _extra(
    rules: InjectionRules, start: StartRule, former: Injection, intended: Intended
) -> tuple[InjectionTiming, bool, list[Finding]]:
    """The second dose of a start, so many hours after the first."""
    if intended.now - former.given_at >= timedelta(hours=start.earliest_hours):
        return InjectionTiming.ON_TIME, True, []
    problem = f"comes at least {start.earliest_hours} hours after the first dose"
    return InjectionTiming.EARLY, True, [rules.finding("injection_too_early", "order", problem)]


def _restart(rules: InjectionRules, late_until: int, days: int, intended: Intended) -> list[Finding]:
    hours = rules.window.proof_hours
    if hours is None:
        return [rules.finding("restart_assessment", "order", f"is day {days}, a new start after day {late_until}")]
    if intended.proof is not None and intended.proof.holds(hours, intended.now):
        return []
    problem = f"is needed after day {late_until}: urine test and challenge within {hours} hours"
    return [rules.finding("reverify_opioid_free", "opioid_free", problem)]


def _dose(rules: InjectionRules, former: Injection | None, intended: Intended, number: int) -> list[Finding]:
    if intended.new_start and (rules.start is None or number > 1):
        raise _invalid("start_not_possible", "new_start", "is for the first dose of a medicine that starts so")
    of_start = _start_doses(rules.start, former, intended)
    if of_start is not None and intended.amount_mg not in of_start:
        return [rules.finding("start_dose_not_allowed", "amount_mg", f"is {_list(of_start)} mg at a start")]
    from_dose = next((s.from_dose for s in rules.strengths if s.amount_mg == intended.amount_mg), None)
    if from_dose is None:
        made = _list([strength.amount_mg for strength in rules.strengths])
        return [rules.finding("strength_not_allowed", "amount_mg", f"comes in {made} mg")]
    if number < from_dose:
        return [rules.finding("strength_too_soon", "amount_mg", f"is for dose {from_dose} and later")]
    return []


def _start_doses(start: StartRule | None, former: Injection | None, intended: Intended) -> Sequence[Decimal] | None:
    """What the dose may be as the first or second of a start; None where it is neither, or the start's extra one."""
    if start is None:
        return None
    if intended.new_start:
        return start.first_mg
    return start.second_mg if former is not None and former.starts and not start.extra else None


def _site(rules: InjectionRules, former: Injection | None, intended: Intended, number: int) -> list[Finding]:
    from_dose = next((s.from_dose for s in rules.sites if s.site == intended.site), None)
    if from_dose is None:
        sites = ", ".join(sorted(rule.site for rule in rules.sites))
        return [rules.finding("site_not_allowed", "site", f"is none of {sites}")]
    found = []
    if number < from_dose:
        found.append(rules.finding("site_too_soon", "site", f"is for dose {from_dose} and later"))
    if former is not None and (former.site, former.side) == (intended.site, intended.side):
        found.append(rules.finding("same_site", "site", "is that of the last injection"))
    return found


def _days(former: Injection, today: date) -> int:
    return (today - former.counts_from).days


def _list(amounts: Sequence[Decimal]) -> str:
    return ", ".join(f"{amount:g}" for amount in sorted(amounts))


def _invalid(code: str, path: str, problem: str) -> Invalid:
    return Invalid(code, "the injection cannot be recorded like this", fields=(FieldProblem(path, problem),))
