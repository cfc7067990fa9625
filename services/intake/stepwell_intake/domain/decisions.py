"""Decisions of people that the journey carries out, one at a time."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import DischargeReason
from stepwell_kernel.errors import Conflict


class DecisionKind(StrEnum):
    """What was decided."""

    ADMISSION = "admission"
    STEP_DOWN = "step_down"
    DISCHARGE = "discharge"


class DecisionState(StrEnum):
    """Open until the phase has changed: to what was decided, or to something else; or until another decision."""

    OPEN = "open"
    CARRIED_OUT = "carried_out"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what, when, under which rules."""

    decision_id: UUID
    episode_id: UUID
    kind: DecisionKind
    decided_by: UUID
    decided_at: datetime
    program_id: UUID | None = None
    prescribed_minutes_per_week: int | None = None
    reason: DischargeReason | None = None
    last_contact_on: date | None = None
    rules: tuple[RuleVersion, ...] = ()


def check_none_under_way(
    under_way: Decision | None, rejected_at: datetime | None, *, reason: DischargeReason | None = None
) -> None:
    """Raise Conflict (`decision_under_way`) while the journey carries out a former decision.

    `rejected_at` is when the newest care task about a rejected action was opened, if one is open: a decision older than
    that has stalled, and a new one takes its place. Death is recorded whatever is under way.
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
