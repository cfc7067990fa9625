"""Care tasks: which kinds end by a command of their own, and how a person ends the others."""

from dataclasses import dataclass

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import TaskKind
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid

#: Kinds that end when their own command is given.
OWN_COMMANDS = frozenset(
    {
        TaskKind.REFERRAL_CONTACT,
        TaskKind.INTAKE_ASSESSMENT,
        TaskKind.ADMISSION_DECISION,
        TaskKind.PLAN_SIGNATURE,
        TaskKind.PLAN_REVIEW,
        TaskKind.AUTHORIZATION_REVIEW,
        TaskKind.MEASURE_DUE,
        TaskKind.CRISIS_DISPOSITION,
        TaskKind.STEP_DOWN_REVIEW,
        TaskKind.AFTERCARE_CHECK,
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
