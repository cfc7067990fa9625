"""Activities by which the journey has the services act: names, queues, inputs and the one form of answer."""

from datetime import date, time
from uuid import UUID

from stepwell_contracts.base import Instant, Value
from stepwell_kernel.codes import Modality, Phase, Role, TaskKind, TreatmentPart

INTAKE_QUEUE = "intake"
SCHEDULING_QUEUE = "scheduling"
MEDICATION_QUEUE = "medication"

READ_POLICY = "intake.read_policy"
OPEN_CARE_TASK = "intake.open_care_task"
ESCALATE_CARE_TASK = "intake.escalate_care_task"
CLOSE_CARE_TASK = "intake.close_care_task"
CHANGE_PHASE = "intake.change_phase"
CLOSE_WEEK = "scheduling.close_week"
REPLACE_BOOKINGS = "scheduling.replace_bookings"
RESTORE_BOOKINGS = "scheduling.restore_bookings"
BOOK_VISIT = "scheduling.book_visit"
PLAN_EPISODE = "scheduling.plan_episode"
READ_CALENDAR = "scheduling.read_calendar"
EXTEND_SERIES = "scheduling.extend_series"
PLAN_WEEK = "scheduling.plan_week"
SELECT_DRUG_TESTS = "medication.select_drug_tests"


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


class BookVisit(Value):
    """Find a clinician and a time for a visit of one patient between two instants, and book it."""

    key: ActionKey
    visit_id: UUID
    modality: Modality
    minutes: int
    not_before: Instant
    not_after: Instant
    target_day: date


class PlanEpisode(Value):
    """Plan the weeks of an episode that the facility's planning has passed already.

    `known_version` is the version of intake's stream that scheduling must have seen of the patient before it plans.
    """

    key: ActionKey
    known_version: int


class ReadPolicy(Value):
    """Ask for the deadline rules of a program that are in force at an instant."""

    tenant: str
    facility_id: UUID
    program_id: UUID
    as_of: Instant


class FacilityKey(Value):
    """Under what the effect of an action of a facility's calendar happens once: facility, cause and index.

    `cause` names the day or week of the facility for which it acts, as in `plan_week/2026-03-02`.
    """

    tenant: str
    facility_id: UUID
    cause: str
    index: int = 0
    traceparent: str | None = None


class ReadCalendar(Value):
    """Ask for the calendar rules of a facility that are in force at an instant."""

    tenant: str
    facility_id: UUID
    as_of: Instant


class CalendarPolicy(Value):
    """When the recurring work of a facility is done, in its local time; weekdays count from Monday 0.

    Weeks of the facility begin on `week_begins_on`. A week is planned `plan_days_before` its first day at `plan_at`;
    series are extended to `series_days_ahead` from then. Tests of a day are drawn at `draw_at`.
    """

    version: str
    zone: str
    week_begins_on: int
    plan_days_before: int
    plan_at: time
    series_days_ahead: int
    draw_at: time


class ExtendSeries(Value):
    """Schedule the meetings of all series of a facility up to a local day."""

    key: FacilityKey
    until_day: date


class PlanWeek(Value):
    """Plan the weeks of all episodes of a facility that begin in the seven local days from that day."""

    key: FacilityKey
    week_starts_on: date


class SelectDrugTests(Value):
    """Draw who gives a specimen on a local day of a facility."""

    key: FacilityKey
    day: date
