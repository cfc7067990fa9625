"""A saga under way, and what its steps are made from."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from stepwell_contracts.activities import ActionKey
from stepwell_contracts.base import Value
from stepwell_kernel.codes import Phase, TreatmentPart


class SagaName(StrEnum):
    """The sagas."""

    ADMISSION = "admission"
    DECLINE = "decline"
    WAITLIST = "waitlist"
    HOLD = "hold"
    RESUME = "resume"
    STEP_DOWN = "step_down"
    STEP_UP = "step_up"
    TRANSFER = "transfer"
    DISCHARGE = "discharge"


class SagaRun(Value):
    """A saga under way: which decision it carries out, and how far it is.

    `step` is the index of the step whose outcome is awaited; `undoing` says in which direction. A transfer leaves the
    phase as it is, so it has no `to`.
    """

    name: SagaName
    cause: UUID
    decided_by: UUID
    traceparent: str | None
    facility_id: UUID | None = None
    program_id: UUID | None = None
    prescribed_minutes_per_week: int | None = None
    to: Phase | None = None
    part: TreatmentPart | None = None
    step: int = 0
    undoing: bool = False


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a step's message is made from: the action's key, where the episode stands, and the run."""

    key: ActionKey
    phase: Phase
    run: SagaRun
