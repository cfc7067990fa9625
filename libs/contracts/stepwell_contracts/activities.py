"""Activities by which the journey has the services act: names, queues, inputs and the one form of answer."""

from datetime import date
from uuid import UUID

from stepwell_contracts.base import Instant, Value
from stepwell_kernel.codes import Phase, Role, TaskKind, TreatmentPart

INTAKE_QUEUE = "intake"
SCHEDULING_QUEUE = "scheduling"

READ_POLICY = "intake.read_policy"
OPEN_CARE_TASK = "intake.open_care_task"
ESCALATE_CARE_TASK = "intake.escalate_care_task"
CLOSE_CARE_TASK = "intake.close_care_task"
CHANGE_PHASE = "intake.change_phase"
CLOSE_WEEK = "scheduling.close_week"
REPLACE_BOOKINGS = "scheduling.replace_bookings"
RESTORE_BOOKINGS = "scheduling.restore_bookings"


class ActionKey(Value):
    """Under what an action's effect happens once: episode, cause and index; and in whose name.

    `cause` is the id of the event, or the key of the obligation, that led to the action. `traceparent` is the context
    of that event, so that the trace goes on in the activity.
    """

    tenant: str
    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    cause: str
    index: int
    on_behalf_of: str | None = None
    traceparent: str | None = None


class ActionResult(Value):
    """The answer to an action: accepted with the id of its subject, or rejected with the code and kind of the rule.

    A rejection is a value, not an exception; exceptions mean that the service is away or broken.
    """

    accepted: bool
    subject_id: UUID | None = None
    code: str | None = None
    kind: str | None = None


class OpenCareTask(Value):
    """Give a person something to do; the task's id is the journey's choice, so that it can be named later."""

    key: ActionKey
    task_id: UUID
    kind: TaskKind
    role: Role
    due_at: Instant


class EscalateCareTask(Value):
    """A task passed its due time."""

    key: ActionKey
    task_id: UUID
    role: Role
    due_at: Instant


class CloseCareTask(Value):
    """A task is done or no longer needed."""

    key: ActionKey
    task_id: UUID
    outcome: str


class ChangePhase(Value):
    """Move the episode, if it still is in the expected phase.

    Program, facility (a transfer) and prescribed minutes change with it if given.
    """

    key: ActionKey
    expected: Phase
    to: Phase
    part: TreatmentPart | None = None
    facility_id: UUID | None = None
    program_id: UUID | None = None
    prescribed_minutes_per_week: int | None = None


class CloseWeek(Value):
    """Close the week of an episode that began on that local day."""

    key: ActionKey
    week_starts_on: date


class ReplaceBookings(Value):
    """Give up the future seats for seats of another program; without a program, for none.

    The old ones stay held until the phase has changed, so that undoing cannot fail for want of a seat.
    """

    key: ActionKey
    replacement_id: UUID
    program_id: UUID | None = None
    prescribed_minutes_per_week: int = 0
    reason_code: str = "step_down"


class RestoreBookings(Value):
    """Undo a replacement."""

    key: ActionKey
    replacement_id: UUID


class ReadPolicy(Value):
    """Ask for the deadline rules of a program that are in force at an instant."""

    tenant: str
    facility_id: UUID
    program_id: UUID
    as_of: Instant
