"""Decisions of people that the journey carries out, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import DischargeReason
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid


class DecisionKind(StrEnum):
    """What was decided."""

    ADMISSION = "admission"
    DECLINE = "decline"
    WAITLIST = "waitlist"
    HOLD = "hold"
    RESUME = "resume"
    STEP_DOWN = "step_down"
    STEP_UP = "step_up"
    TRANSFER = "transfer"
    DISCHARGE = "discharge"


class DecisionState(StrEnum):
    """Open until the phase has changed: to what was decided, or to something else; or until another decision."""

    OPEN = "open"
    CARRIED_OUT = "carried_out"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what, when, under which rules.

    `facility_id` is where a transfer leads, `expected_on` when a hold should end; `particulars` are codes and days that
    belong to one kind only.
    """

    decision_id: UUID
    episode_id: UUID
    kind: DecisionKind
    decided_by: UUID
    decided_at: datetime
    program_id: UUID | None = None
    prescribed_minutes_per_week: int | None = None
    reason: DischargeReason | None = None
    last_contact_on: date | None = None
    reason_code: str | None = None
    facility_id: UUID | None = None
    expected_on: date | None = None
    rules: tuple[RuleVersion, ...] = ()
    particulars: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ReasonRule:
    """The reason codes of a kind of decision. Clinical ones are a clinician's to state; refused ones never suffice."""

    rule: RuleVersion
    reasons: frozenset[str]
    clinical: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HoldRule:
    """How far ahead the end of a hold can be expected."""

    rule: RuleVersion
    most_days_ahead: int


def check_reason_code(reason_code: str, rule: ReasonRule) -> None:
    """Raise Invalid (`reason_unknown`), Conflict (`reason_refused`) for a reason that the rule names as none."""
    if reason_code in rule.refused:
        raise Conflict(
            "reason_refused",
            "this alone is no reason for the decision",
            fields=(FieldProblem("reason_code", f"{reason_code} asks for care, not for its end", str(rule.rule)),),
            rule=str(rule.rule),
        )
    known = rule.reasons | rule.clinical
    if reason_code not in known:
        raise Invalid(
            "reason_unknown",
            "there is no such reason for the decision",
            fields=(FieldProblem("reason_code", f"is none of {', '.join(sorted(known))}", str(rule.rule)),),
        )


def check_expected_back(expected_on: date | None, today: date, rule: HoldRule) -> None:
    """Raise Invalid (`expected_back_impossible`) unless the day is to come, and not too far off; nobody may know it."""
    if expected_on is None:
        return
    if expected_on <= today:
        problem = "is not to come"
    elif expected_on > today + timedelta(days=rule.most_days_ahead):
        problem = f"lies more than {rule.most_days_ahead} days ahead"
    else:
        return
    raise Invalid(
        "expected_back_impossible",
        "a hold does not end then",
        fields=(FieldProblem("expected_back_on", problem, str(rule.rule)),),
    )


def check_none_under_way(
    under_way: Decision | None, rejected_at: datetime | None, *, reason: DischargeReason | None = None
) -> None:
    """Raise Conflict (`decision_under_way`) while the journey carries out a former decision.

    `rejected_at` is when the newest care task about a rejected action was opened: a decision older than that has
    stalled, and a new one takes its place. Death is recorded whatever is under way.
    """
    if under_way is None or reason is DischargeReason.DEATH:
        return
    has_stalled = rejected_at is not None and rejected_at >= under_way.decided_at
    if not has_stalled:
        raise Conflict(
            "decision_under_way",
            f"the decision about {under_way.kind} is still being carried out",
            rule="decision.one_at_a_time",
        )
