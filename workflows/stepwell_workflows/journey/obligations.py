"""What must happen by an instant: the kinds, who has the task, and the phases in which each kind lives."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from stepwell_contracts.base import Instant, Value
from stepwell_kernel.codes import Phase, Role, TaskKind


class ObligationKind(StrEnum):
    """Things that must happen by an instant."""

    REFERRAL_CONTACT = "referral_contact"
    INTAKE_ASSESSMENT = "intake_assessment"
    INTERIM_SERVICES = "interim_services"
    WAITLIST_REVIEW = "waitlist_review"
    ADMISSION_DECISION = "admission_decision"
    PLAN_SIGNATURE = "plan_signature"
    PLAN_REVIEW = "plan_review"
    AUTHORIZATION_REVIEW = "authorization_review"
    MEASURE = "measure"
    WEEK_CLOSE = "week_close"
    SHORT_WEEK = "short_week"
    SHORT_WEEKS_LEVEL_REVIEW = "short_weeks_level_review"
    SHORT_WEEKS_UTILIZATION_REVIEW = "short_weeks_utilization_review"
    LADDER = "ladder"
    RESPONSE = "response"
    CRISIS = "crisis"
    PART_CHANGE = "part_change"
    STEP_DOWN_REVIEW = "step_down_review"
    HOLD_REVIEW = "hold_review"
    DISCHARGE_PLAN = "discharge_plan"
    NEXT_LEVEL_APPOINTMENT = "next_level_appointment"
    DISCHARGE_REVIEW = "discharge_review"
    AFTERCARE_CHECK = "aftercare_check"
    EPISODE_END = "episode_end"
    REJECTED_ACTION = "rejected_action"


class TaskRule(Value):
    """The care task that stands for an obligation."""

    kind: TaskKind
    role: Role


class Obligation(Value):
    """One thing that must happen by `due_at`; without a task the journey does it itself.

    `wakes_at` is when the journey next does something about it: open the task, escalate it, let it lapse, or act.
    """

    key: str
    kind: ObligationKind
    due_at: Instant
    wakes_at: Instant
    task: TaskRule | None = None
    task_id: UUID | None = None
    task_is_open: bool = False
    lapses_at: Instant | None = None
    escalations: int = 0


def _task(kind: TaskKind, role: Role) -> TaskRule:
    return TaskRule(kind=kind, role=role)


#: Obligations whose task is always the same; a ladder step and a response bring their own.
TASKS: Mapping[ObligationKind, TaskRule] = MappingProxyType(
    {
        ObligationKind.REFERRAL_CONTACT: _task(TaskKind.REFERRAL_CONTACT, Role.INTAKE_COORDINATOR),
        ObligationKind.INTAKE_ASSESSMENT: _task(TaskKind.INTAKE_ASSESSMENT, Role.COUNSELOR),
        ObligationKind.INTERIM_SERVICES: _task(TaskKind.INTERIM_SERVICES, Role.INTAKE_COORDINATOR),
        ObligationKind.WAITLIST_REVIEW: _task(TaskKind.WAITLIST_REVIEW, Role.INTAKE_COORDINATOR),
        ObligationKind.ADMISSION_DECISION: _task(TaskKind.ADMISSION_DECISION, Role.COUNSELOR),
        ObligationKind.PLAN_SIGNATURE: _task(TaskKind.PLAN_SIGNATURE, Role.COUNSELOR),
        ObligationKind.PLAN_REVIEW: _task(TaskKind.PLAN_REVIEW, Role.COUNSELOR),
        ObligationKind.AUTHORIZATION_REVIEW: _task(TaskKind.AUTHORIZATION_REVIEW, Role.UTILIZATION_REVIEWER),
        ObligationKind.MEASURE: _task(TaskKind.MEASURE_DUE, Role.COUNSELOR),
        ObligationKind.SHORT_WEEK: _task(TaskKind.WEEKLY_HOURS_SHORT, Role.COUNSELOR),
        ObligationKind.SHORT_WEEKS_LEVEL_REVIEW: _task(TaskKind.LEVEL_OF_CARE_REVIEW, Role.COUNSELOR),
        ObligationKind.SHORT_WEEKS_UTILIZATION_REVIEW: _task(TaskKind.UTILIZATION_REVIEW, Role.UTILIZATION_REVIEWER),
        ObligationKind.CRISIS: _task(TaskKind.CRISIS_DISPOSITION, Role.COUNSELOR),
        ObligationKind.STEP_DOWN_REVIEW: _task(TaskKind.STEP_DOWN_REVIEW, Role.COUNSELOR),
        ObligationKind.HOLD_REVIEW: _task(TaskKind.HOLD_REVIEW, Role.COUNSELOR),
        ObligationKind.DISCHARGE_PLAN: _task(TaskKind.DISCHARGE_PLAN, Role.COUNSELOR),
        ObligationKind.NEXT_LEVEL_APPOINTMENT: _task(TaskKind.NEXT_LEVEL_APPOINTMENT, Role.SCHEDULER),
        ObligationKind.DISCHARGE_REVIEW: _task(TaskKind.DISCHARGE_REVIEW, Role.COUNSELOR),
        ObligationKind.AFTERCARE_CHECK: _task(TaskKind.AFTERCARE_CHECK, Role.COUNSELOR),
        ObligationKind.REJECTED_ACTION: _task(TaskKind.ACTION_REJECTED, Role.SUPERVISOR),
    }
)

IN_CARE = frozenset({Phase.TREATMENT, Phase.STEP_DOWN})
OPEN = frozenset(Phase) - {Phase.CLOSED}

#: What is not named for a phase is over when the episode enters it. A week that was begun is closed, wherever the
#: patient is by then.
LIVES_IN: Mapping[ObligationKind, frozenset[Phase]] = MappingProxyType(
    {
        ObligationKind.REFERRAL_CONTACT: frozenset({Phase.REFERRAL}),
        ObligationKind.INTAKE_ASSESSMENT: frozenset({Phase.SCREENING}),
        ObligationKind.INTERIM_SERVICES: frozenset({Phase.WAITLISTED}),
        ObligationKind.WAITLIST_REVIEW: frozenset({Phase.WAITLISTED}),
        ObligationKind.ADMISSION_DECISION: frozenset({Phase.ADMISSION}),
        ObligationKind.PLAN_SIGNATURE: IN_CARE,
        ObligationKind.PLAN_REVIEW: IN_CARE,
        ObligationKind.AUTHORIZATION_REVIEW: IN_CARE,
        ObligationKind.MEASURE: IN_CARE,
        ObligationKind.WEEK_CLOSE: IN_CARE | {Phase.ON_HOLD, Phase.AFTERCARE},
        ObligationKind.SHORT_WEEK: frozenset({Phase.TREATMENT}),
        ObligationKind.SHORT_WEEKS_LEVEL_REVIEW: frozenset({Phase.TREATMENT}),
        ObligationKind.SHORT_WEEKS_UTILIZATION_REVIEW: frozenset({Phase.TREATMENT}),
        ObligationKind.LADDER: IN_CARE,
        ObligationKind.RESPONSE: OPEN - {Phase.DECLINED},
        ObligationKind.CRISIS: OPEN,
        ObligationKind.PART_CHANGE: frozenset({Phase.TREATMENT}),
        ObligationKind.STEP_DOWN_REVIEW: frozenset({Phase.TREATMENT}),
        ObligationKind.HOLD_REVIEW: frozenset({Phase.ON_HOLD}),
        ObligationKind.DISCHARGE_PLAN: frozenset({Phase.STEP_DOWN}),
        ObligationKind.NEXT_LEVEL_APPOINTMENT: frozenset({Phase.STEP_DOWN}),
        ObligationKind.DISCHARGE_REVIEW: frozenset({Phase.STEP_DOWN}),
        ObligationKind.AFTERCARE_CHECK: frozenset({Phase.AFTERCARE}),
        ObligationKind.EPISODE_END: frozenset({Phase.AFTERCARE, Phase.DECLINED}),
        ObligationKind.REJECTED_ACTION: frozenset(),
    }
)

#: Tasks that ask for the step out of their phase.
DONE_BY_LEAVING = frozenset(
    {
        ObligationKind.REFERRAL_CONTACT,
        ObligationKind.INTAKE_ASSESSMENT,
        ObligationKind.ADMISSION_DECISION,
        ObligationKind.WAITLIST_REVIEW,
        ObligationKind.STEP_DOWN_REVIEW,
        ObligationKind.HOLD_REVIEW,
        ObligationKind.DISCHARGE_REVIEW,
    }
)
