"""Minutes of care a week that a level stands for."""

from collections.abc import Iterator
from dataclasses import dataclass

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import LevelOfCare
from stepwell_kernel.errors import FieldProblem


@dataclass(frozen=True, slots=True)
class HoursRule:
    """The minutes of a level for an age band, both bounds included."""

    rule: RuleVersion
    level: LevelOfCare
    least_minutes: int
    most_minutes: int


def hours_problems(minutes: int, rule: HoursRule) -> Iterator[FieldProblem]:
    """What is wrong with a prescription of so many minutes a week at the rule's level."""
    if minutes < rule.least_minutes:
        problem = f"level {rule.level} begins at {rule.least_minutes} minutes a week"
    elif minutes > rule.most_minutes:
        problem = f"level {rule.level} ends at {rule.most_minutes} minutes a week"
    else:
        return
    yield FieldProblem("prescribed_minutes_per_week", problem, str(rule.rule))
