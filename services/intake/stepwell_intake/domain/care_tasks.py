"""Care tasks: which kinds end by a command of their own, and how a person ends the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import TaskKind
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid

#: Kinds that end when their command is given, and where that command is, under the episode.
OWN_COMMANDS: Mapping[TaskKind, str] = MappingProxyType(
    {
        TaskKind.REFERRAL_CONTACT: "POST first-contact",
        TaskKind.INTAKE_ASSESSMENT: "POST assessments",
        TaskKind.ADMISSION_DECISION: "POST admission",
        TaskKind.PLAN_SIGNATURE: "GET plans",
        TaskKind.PLAN_REVIEW: "GET plans",
        TaskKind.AUTHORIZATION_REVIEW: "POST authorizations",
        TaskKind.MEASURE_DUE: "POST screens",
        TaskKind.CRISIS_DISPOSITION: "GET crises",
        TaskKind.STEP_DOWN_REVIEW: "POST step-down",
        TaskKind.AFTERCARE_CHECK: "POST aftercare-contacts",
    }
)


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """How tasks of a kind can end."""

    rule: RuleVersion
    kind: TaskKind
    outcomes: frozenset[str]


def check_completable(kind: TaskKind, *, is_open: bool) -> None:
    """Raise Conflict (`task_has_its_command`, `task_closed`)."""
    if kind in OWN_COMMANDS:
        raise Conflict("task_has_its_command", f"{kind} ends by its own command", rule=f"task.{kind}")
    if not is_open:
        raise Conflict("task_closed", "the task was closed before", rule="task.closed_once")


def check_outcome(outcome: str, rule: OutcomeRule) -> None:
    """Raise Invalid (`outcome_unknown`) with the outcomes that there are."""
    if outcome not in rule.outcomes:
        known = ", ".join(sorted(rule.outcomes))
        raise Invalid(
            "outcome_unknown",
            f"a task of kind {rule.kind} does not end so",
            fields=(FieldProblem("outcome", f"is none of {known}", str(rule.rule)),),
        )
