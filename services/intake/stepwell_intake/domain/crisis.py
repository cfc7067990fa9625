"""A crisis: what to do at once, and that it ends with a disposition only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import CrisisDisposition, DischargeReason
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid


class Setting(StrEnum):
    """Where the person in danger is: with staff, or at the other end of a line."""

    ON_SITE = "on_site"
    REMOTE = "remote"


class CrisisState(StrEnum):
    """Open until a clinician recorded how it ended."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Crisis:
    """Somebody is in danger, or was."""

    crisis_id: UUID
    episode_id: UUID
    screen_id: UUID | None
    setting: Setting
    state: CrisisState
    raised_by: UUID
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class CrisisStep:
    """Something to do at once, with the number that it names."""

    code: str
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class StepsRule:
    """The local steps of a setting, in their order."""

    rule: RuleVersion
    setting: Setting
    steps: tuple[CrisisStep, ...]


@dataclass(frozen=True, slots=True)
class DispositionRule:
    """Which dispositions need a note."""

    rule: RuleVersion
    note_needed_for: frozenset[CrisisDisposition]


def check_disposition(crisis: Crisis, disposition: CrisisDisposition, note: str | None, rule: DispositionRule) -> None:
    """Raise Conflict (`crisis_closed`) for one that has its disposition, Invalid (`note_missing`)."""
    if crisis.state is CrisisState.CLOSED:
        raise Conflict("crisis_closed", "the disposition of this crisis is recorded", rule="crisis.closed_once")
    if note is None and disposition in rule.note_needed_for:
        raise Invalid(
            "note_missing",
            "this disposition needs a note",
            fields=(FieldProblem("note", f"says why the disposition is {disposition}", str(rule.rule)),),
        )


def check_no_crisis(crisis: Crisis | None, *, reason: DischargeReason | None = None) -> None:
    """Raise Conflict (`crisis_open`): nobody is sent on in a crisis. Death is recorded whatever is open."""
    if crisis is not None and reason is not DischargeReason.DEATH:
        raise Conflict(
            "crisis_open",
            "a crisis of this episode has no disposition yet",
            rule="crisis.disposition_first",
        )
