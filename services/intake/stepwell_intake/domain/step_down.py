"""The step-down criteria: a checklist that is computed; the clinician may override it either way with a reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import Instrument, SuicideRisk
from stepwell_kernel.decision_codes import CriterionState, StepDownCriterion
from stepwell_kernel.errors import FieldProblem, Invalid

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CriterionRule:
    """A criterion with the limits that it has: weeks or days to look back, a total to stay below, a least percentage.

    `risks` are those that speak against it.
    """

    rule: RuleVersion
    criterion: StepDownCriterion
    weeks: int = 0
    days: int = 0
    instrument: Instrument | None = None
    below: int = 0
    least_percent: int = 0
    risks: frozenset[SuicideRisk] = frozenset()


@dataclass(frozen=True, slots=True)
class AttendedWeek:
    """A closed week: minutes required and attended."""

    starts_on: date
    required_minutes: int
    attended_minutes: int


@dataclass(frozen=True, slots=True)
class StepDownFacts:
    """What is on record of an episode on a day.

    `weeks` are those that are closed, the newest first; `risks` every C-SSRS by its local day; `totals` the newest of
    each instrument. `stated` are the criteria that the clinician states to be met.
    """

    today: date
    weeks: Sequence[AttendedWeek] = ()
    risks: Sequence[tuple[date, SuicideRisk]] = ()
    totals: Mapping[Instrument, int] = field(default_factory=lambda: MappingProxyType({}))
    goals: int = 0
    goals_met: int = 0
    stated: frozenset[StepDownCriterion] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """How a criterion stands, and the number or code that it comes from: a percentage, a total, a risk."""

    criterion: StepDownCriterion
    state: CriterionState
    value: int | str | None
    rule: RuleVersion


def judge(facts: StepDownFacts, rules: Sequence[CriterionRule]) -> tuple[Finding, ...]:
    """Every criterion in the order of the rules."""
    return tuple(_JUDGES.get(rule.criterion, _stated)(facts, rule) for rule in rules)


def check_stated(stated: frozenset[StepDownCriterion]) -> None:
    """Raise Invalid (`criterion_computed`) for one that is not a clinician's to state."""
    problems = tuple(
        FieldProblem("stated", f"{criterion} is computed", f"step_down.{criterion}")
        for criterion in sorted(stated - STATED)
    )
    if problems:
        raise Invalid("criterion_computed", "what is on record is not stated", fields=problems)


def check_override(findings: Sequence[Finding], reason_code: str | None) -> None:
    """Raise Invalid (`reason_missing`) when a criterion is not met and no reason is given."""
    problems = tuple(
        FieldProblem(f"criteria.{finding.criterion}", f"is {finding.state.replace('_', ' ')}", str(finding.rule))
        for finding in findings
        if finding.state is not CriterionState.MET
    )
    if problems and reason_code is None:
        raise Invalid("reason_missing", "a step-down against the criteria needs a reason", fields=problems)


def _attendance(facts: StepDownFacts, rule: CriterionRule) -> Finding:
    """The newest weeks; one more than asked for is looked back, since the present one is not closed."""
    since = facts.today - (rule.weeks + 1) * WEEK
    weeks = [week for week in facts.weeks if week.starts_on >= since][: rule.weeks]
    required = sum(week.required_minutes for week in weeks)
    if len(weeks) < rule.weeks or not required:
        return _finding(rule, CriterionState.UNKNOWN, None)
    attended = sum(min(week.attended_minutes, week.required_minutes) for week in weeks)
    return _percent(rule, attended, required)


def _suicide_risk(facts: StepDownFacts, rule: CriterionRule) -> Finding:
    since = facts.today - timedelta(days=rule.days)
    risks = [risk for day, risk in facts.risks if day >= since]
    if not risks:
        return _finding(rule, CriterionState.UNKNOWN, None)
    worst = max(risks, key=tuple(SuicideRisk).index)
    return _finding(rule, CriterionState.NOT_MET if worst in rule.risks else CriterionState.MET, worst.value)


def _total(facts: StepDownFacts, rule: CriterionRule) -> Finding:
    total = None if rule.instrument is None else facts.totals.get(rule.instrument)
    if total is None:
        return _finding(rule, CriterionState.UNKNOWN, None)
    return _finding(rule, CriterionState.MET if total < rule.below else CriterionState.NOT_MET, total)


def _plan_goals(facts: StepDownFacts, rule: CriterionRule) -> Finding:
    return _percent(rule, facts.goals_met, facts.goals)


def _stated(facts: StepDownFacts, rule: CriterionRule) -> Finding:
    is_stated = rule.criterion in facts.stated
    return _finding(rule, CriterionState.MET if is_stated else CriterionState.UNKNOWN, None)


def _percent(rule: CriterionRule, part: int, whole: int) -> Finding:
    if not whole:
        return _finding(rule, CriterionState.UNKNOWN, None)
    is_met = part * 100 >= rule.least_percent * whole
    return _finding(rule, CriterionState.MET if is_met else CriterionState.NOT_MET, part * 100 // whole)


def _finding(rule: CriterionRule, state: CriterionState, value: int | str | None) -> Finding:
    return Finding(rule.criterion, state, value, rule.rule)


_JUDGES: Mapping[StepDownCriterion, Callable[[StepDownFacts, CriterionRule], Finding]] = MappingProxyType(
    {
        StepDownCriterion.ATTENDANCE: _attendance,
        StepDownCriterion.SUICIDE_RISK: _suicide_risk,
        StepDownCriterion.DEPRESSION: _total,
        StepDownCriterion.ANXIETY: _total,
        StepDownCriterion.PLAN_GOALS: _plan_goals,
    }
)
#: What intake has no record of: only the clinician can state it.
STATED = frozenset(StepDownCriterion) - _JUDGES.keys()
