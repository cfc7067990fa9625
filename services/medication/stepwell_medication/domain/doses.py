"""What may be given on a day of a start."""

from dataclasses import dataclass
from decimal import Decimal

from stepwell_kernel.errors import Conflict, FieldProblem


@dataclass(frozen=True, slots=True)
class DayCap:
    """The most that may be given on a day of treatment, in mg."""

    rule_id: str
    version: str
    most_mg: Decimal


def treatment_day(dosed_days_before: int) -> int:
    """The day of treatment, from 1 on the local day of the first dose; a day without a dose does not raise the cap."""
    return dosed_days_before + 1


def check_day_cap(cap: DayCap | None, given_mg: Decimal, dose_mg: Decimal) -> None:
    """Raise Conflict (`day_cap_exceeded`) when the dose would go beyond what the day allows; later days have no cap."""
    if cap is None or given_mg + dose_mg <= cap.most_mg:
        return
    problem = f"with {given_mg} mg given today goes beyond {cap.most_mg} mg"
    raise Conflict(
        "day_cap_exceeded",
        "the dose goes beyond what this day of the start allows",
        fields=(FieldProblem("amount_mg", problem, f"{cap.rule_id}@{cap.version}"),),
        rule=cap.rule_id,
    )
