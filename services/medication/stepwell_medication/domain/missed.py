"""Missed doses: days in a row without a dose, and what they ask for before the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from stepwell_kernel.errors import Conflict, FieldProblem
from stepwell_kernel.medication_codes import MissedDoseStep


@dataclass(frozen=True, slots=True)
class MissedRule:
    """What follows on so many days; `returned_to_opioids` None holds either way.

    The suggestion is `percent` of the dose before, at most `most_mg`.
    """

    rule_id: str
    version: str
    returned_to_opioids: bool | None
    days_from: int
    days_to: int | None
    step: MissedDoseStep
    percent: int | None = None
    most_mg: Decimal | None = None

    @property
    def name(self) -> str:
        """Rule and version, as decisions store it."""
        return f"{self.rule_id}@{self.version}"

    def holds(self, days: int, *, returned: bool) -> bool:
        """Whether the row is about so many days."""
        in_time = self.days_from <= days and (self.days_to is None or days <= self.days_to)
        return in_time and self.returned_to_opioids in {None, returned}

    def suggested_mg(self, base_mg: Decimal | None) -> Decimal | None:
        """The dose suggested to the prescriber, from the daily dose before the missed days; None where none is."""
        if base_mg is None or self.percent is None:
            return None
        part = (base_mg * self.percent / 100).quantize(Decimal("0.01"))
        return part if self.most_mg is None else min(part, self.most_mg)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """When a missed day is told, which visit a held patient needs, and how long a reduction suspends take-homes."""

    rule_id: str
    version: str
    told_after_minutes: int
    visit_minutes: int
    visit_within_days: int
    rebuild_days: int


@dataclass(frozen=True, slots=True)
class MissedRun:
    """Local days in a row, through a day, with neither an observed dose nor a take-home."""

    missed_from: date
    days: int


def run_through(last_covered_on: date, through: date) -> MissedRun | None:
    """The run that goes through a day, from the last day with a dose; None when that day had one."""
    days = (through - last_covered_on).days
    return MissedRun(last_covered_on + timedelta(days=1), days) if days > 0 else None


def rule_for(rules: Sequence[MissedRule], days: int, *, returned: bool) -> MissedRule | None:
    """The row for so many days, if the medicine has any."""
    return next((rule for rule in rules if rule.holds(days, returned=returned)), None)


def check_missed(
    rules: Sequence[MissedRule], days: int, *, returned: bool | None, checked: bool, decided_days: int
) -> None:
    """Let the next dose pass after missed days.

    `decided_days` is how many of them a prescriber has decided about. Raises Conflict (`opioid_return_not_stated`,
    `nurse_check_needed`, `prescriber_order_needed`, `new_induction_needed`).
    """
    if returned is None and rule_for(rules, days, returned=True) != rule_for(rules, days, returned=False):
        raise Conflict(
            "opioid_return_not_stated",
            "after missed doses it matters whether the patient went back to opioids",
            fields=(FieldProblem("returned_to_opioids", f"is needed after {days} missed days"),),
        )
    rule = rule_for(rules, days, returned=bool(returned))
    if rule is None:
        return
    match rule.step:
        case MissedDoseStep.NURSE_CHECK if not checked:
            raise _stop(rule, "nurse_check_needed", days, "checked")
        case MissedDoseStep.PRESCRIBER_ORDER if decided_days < days:
            raise _stop(rule, "prescriber_order_needed", days)
        case MissedDoseStep.NEW_INDUCTION:
            raise new_induction(rule, days)


def new_induction(rule: MissedRule, days: int) -> Conflict:
    """The refusal of a dose of an order that missed doses have ended."""
    return _stop(rule, "new_induction_needed", days)


def _stop(rule: MissedRule, code: str, days: int, path: str = "order") -> Conflict:
    problem = FieldProblem(path, f"{days} days were missed", rule.name)
    return Conflict(code, f"after {days} missed days the step is {rule.step}", fields=(problem,), rule=rule.rule_id)
