"""The state of a journey: one versioned model, carried from run to run."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_contracts.base import Instant, Value
from stepwell_contracts.journey import ClockSegment
from stepwell_kernel.codes import AgeBand, Phase, Role, TaskKind, TreatmentPart
from stepwell_workflows.sagas.run import SagaRun

SCHEMA_VERSION = 1


class ObligationKind(StrEnum):
    """Things that must happen by an instant."""

    REFERRAL_CONTACT = "referral_contact"
    WEEK_CLOSE = "week_close"
    PART_CHANGE = "part_change"
    STEP_DOWN_REVIEW = "step_down_review"
    AFTERCARE_CHECK = "aftercare_check"
    AFTERCARE_END = "aftercare_end"
    REJECTED_ACTION = "rejected_action"


class Obligation(Value):
    """One thing that must happen by `due_at`.

    `wakes_at` is when the journey next does something about it: open the task, escalate it, or act itself. None: it
    has done all it can, a person has the task.
    """

    key: str
    kind: ObligationKind
    due_at: Instant
    wakes_at: Instant | None
    task_id: UUID | None = None
    task_is_open: bool = False
    escalations: int = 0


class Action(Value):
    """An activity that waits or runs. `message` is the dump of its model; a saga's outcome goes to the saga."""

    index: int
    queue: str
    name: str
    message: dict[str, Any]
    of_saga: bool = False


class Parked(Value):
    """An event that could not be handled: kept as it came, with the error's name."""

    raw: dict[str, Any]
    error: str


class WeekRecord(Value):
    """A closed week."""

    starts_on: date
    required_minutes: int
    attended_minutes: int


class JourneyState(Value):
    """Everything a journey knows.

    `versions` is the last version applied of each service's stream about the patient; older ones are repeats.
    """

    schema_version: int = SCHEMA_VERSION
    tenant: str
    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    age_band: AgeBand
    phase: Phase = Phase.REFERRAL
    part: TreatmentPart | None = None
    treatment_began_on: date | None = None
    discharged_at: Instant | None = None
    weeks: tuple[WeekRecord, ...] = ()
    policy: JourneyPolicy | None = None
    policy_wanted: bool = True
    at_phase_border: bool = False
    versions: dict[str, int] = Field(default_factory=dict)
    obligations: dict[str, Obligation] = Field(default_factory=dict)
    outstanding: tuple[Action, ...] = ()
    next_index: int = 0
    saga: SagaRun | None = None
    sagas_waiting: tuple[SagaRun, ...] = ()
    parked: tuple[Parked, ...] = ()
    stuck: tuple[int, ...] = ()
    waiting: tuple[dict[str, Any], ...] = ()
    segments: tuple[ClockSegment, ...] = ()

    def wakes_at(self) -> Instant | None:
        """The nearest instant, in domain time, at which an obligation wants something."""
        return min((o.wakes_at for o in self.obligations.values() if o.wakes_at is not None), default=None)


class TaskRule(Value):
    """The care task that stands for an obligation."""

    kind: TaskKind
    role: Role


TASKS: Mapping[ObligationKind, TaskRule] = {
    ObligationKind.REFERRAL_CONTACT: TaskRule(kind=TaskKind.REFERRAL_CONTACT, role=Role.INTAKE_COORDINATOR),
    ObligationKind.STEP_DOWN_REVIEW: TaskRule(kind=TaskKind.STEP_DOWN_REVIEW, role=Role.COUNSELOR),
    ObligationKind.AFTERCARE_CHECK: TaskRule(kind=TaskKind.AFTERCARE_CHECK, role=Role.COUNSELOR),
    ObligationKind.REJECTED_ACTION: TaskRule(kind=TaskKind.ACTION_REJECTED, role=Role.SUPERVISOR),
}
