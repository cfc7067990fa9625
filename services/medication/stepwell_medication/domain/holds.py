"""Dosing holds: the patient gets no dose, whatever the order and the facility, until a prescriber lifts the hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_kernel.medication_codes import DosingHold


@dataclass(frozen=True, slots=True)
class MissedCase:
    """What a hold for missed doses is about: days in a row, the daily dose before them, and what is suggested."""

    order_id: UUID
    missed_from: date
    days_missed: int
    base_mg: Decimal | None
    suggested_mg: Decimal | None
    rule_version: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold; `placed_by` is None where it was computed."""

    hold_id: UUID
    patient_id: UUID
    episode_id: UUID
    facility_id: UUID
    reason: DosingHold
    placed_by: UUID | None
    placed_at: datetime
    missed: MissedCase | None = None
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LiftDecision:
    """What a prescriber decides in lifting a hold; `reason` is told where the dose is not the one suggested."""

    daily_mg: Decimal | None
    reason: str | None


def check_not_held(holds: Sequence[Hold]) -> None:
    """Raise Conflict (`dosing_held`), with the reasons, while a hold is open."""
    if holds:
        fields = tuple(FieldProblem("order", f"is held: {hold.reason}") for hold in holds)
        raise Conflict("dosing_held", "a prescriber must lift the hold first", fields=fields, rule="dosing.hold")


def check_decision(case: MissedCase | None, decision: LiftDecision) -> None:
    """Let a lift pass: a hold for missed doses of an active order (`case`) needs the dose to go on with.

    Raises Invalid (`daily_dose_missing`, `daily_dose_not_asked_for`, `decision_reason_missing`), Conflict
    (`dose_above_former`).
    """
    if case is None:
        if decision.daily_mg is not None:
            raise _invalid("daily_dose_not_asked_for", "daily_mg", "is decided with a hold for missed doses only")
        return
    if decision.daily_mg is None:
        raise _invalid("daily_dose_missing", "daily_mg", "is needed to go on after missed doses")
    if case.base_mg is not None and decision.daily_mg > case.base_mg:
        problem = FieldProblem("daily_mg", f"is more than the {case.base_mg} mg before", case.rule_version)
        raise Conflict("dose_above_former", "missed doses are no ground for a higher dose", fields=(problem,))
    if case.suggested_mg not in {None, decision.daily_mg} and decision.reason is None:
        raise _invalid("decision_reason_missing", "reason", f"is needed: {case.suggested_mg} mg is suggested")


def is_reduced(case: MissedCase | None, decision: LiftDecision) -> bool:
    """Whether the dose is lower than before the missed days."""
    return bool(case and case.base_mg and decision.daily_mg and decision.daily_mg < case.base_mg)


def _invalid(code: str, path: str, problem: str) -> Invalid:
    return Invalid(code, "the decision is not whole", fields=(FieldProblem(path, problem),), rule="dosing.hold")
