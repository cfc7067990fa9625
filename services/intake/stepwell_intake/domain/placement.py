"""Level of care from the ratings of the six dimensions: software recommends, a clinician decides.

Placement follows the highest risks to the least intensive safe level, never an average (ASAM Criteria, 3rd edition).
The edition has no official formula; the rows are a default of the house that a medical director approves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import LevelOfCare, Role
from stepwell_kernel.errors import Bug, FieldProblem, Invalid


class Severity(StrEnum):
    """What it means to decide for less than a rule recommends."""

    STOP_OVERRIDE = "STOP_OVERRIDE"
    WARN = "WARN"
    TASK = "TASK"
    INFO = "INFO"


@dataclass(frozen=True, slots=True)
class Ratings:
    """Risk ratings of dimensions 1 to 6, each from 0 (none) to 4 (severe, imminent danger)."""

    values: tuple[int, int, int, int, int, int]

    def of(self, dimension: int) -> int:
        """The rating of a dimension, counted from 1."""
        return self.values[dimension - 1]


@dataclass(frozen=True, slots=True)
class Band:
    """A dimension whose rating lies between two bounds, both included."""

    dimension: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class PlacementRule:
    """A row of the table: it applies when all bands of one of its alternatives hold.

    Without a level it asks for a clinician's review. `override_role` is who may decide for less than the level.
    """

    rule: RuleVersion
    alternatives: tuple[tuple[Band, ...], ...]
    level: LevelOfCare | None
    severity: Severity
    override_role: Role | None

    def applies(self, ratings: Ratings) -> bool:
        """Whether the row fits the ratings."""
        return any(
            all(band.least <= ratings.of(band.dimension) <= band.most for band in alternative)
            for alternative in self.alternatives
        )


def intensity(level: LevelOfCare) -> int:
    """The place of a level in the continuum, the least intensive first."""
    return tuple(LevelOfCare).index(level)


def recommend(ratings: Ratings, rules: Sequence[PlacementRule]) -> PlacementRule:
    """The first row that applies."""
    for rule in rules:
        if rule.applies(ratings):
            return rule
    raise Bug("placement_rules_incomplete", "no placement rule in force applies to the ratings")


def check_reason(rule: PlacementRule, decided: LevelOfCare, reason_code: str | None) -> None:
    """Raise Invalid (`reason_missing`) for a decision other than recommended without a reason."""
    if decided is not rule.level and reason_code is None:
        recommended = "a clinician's review" if rule.level is None else f"level {rule.level}"
        raise Invalid(
            "reason_missing",
            "a decision other than recommended needs a reason",
            fields=(FieldProblem("reason_code", f"{recommended} is recommended", str(rule.rule)),),
        )


def override_role(rule: PlacementRule, decided: LevelOfCare) -> Role | None:
    """The role that must decide because the decision is for less than recommended; None when anyone granted may."""
    if rule.level is None or intensity(decided) >= intensity(rule.level):
        return None
    return rule.override_role
