"""Bodies of operations' API: the same views as the console."""

from datetime import date
from uuid import UUID

from stepwell_contracts.base import Instant, Value
from stepwell_contracts.http.common import WorklistRow
from stepwell_contracts.journey import ObligationView


class JourneyRow(Value):
    """One episode as the projection knows it; `changed_at` is its latest event, both instants in domain time."""

    episode_id: UUID
    facility_id: UUID
    program_id: UUID
    phase: str
    part: str | None
    since: Instant
    changed_at: Instant
    open_tasks: int
    next_due: Instant | None


class JourneyList(Value):
    """A page of episodes, the latest changed first; `next_cursor` is absent on the last page."""

    journeys: tuple[JourneyRow, ...]
    total: int
    next_cursor: str | None = None


class TimelineEntry(Value):
    """One event of an episode."""

    event_id: UUID
    type: str
    at: Instant
    version: int
    service: str
    facts: dict[str, str]
    trace_id: str | None


class OpenTask(Value):
    """Something that waits for a person; `escalated_to` is the role that it concerns as well since it was late.

    `due_at` is when it was due at first, `escalation_due_at` when the other role is to have it done.
    """

    task_id: UUID
    kind: str
    role: str
    escalated_to: str | None
    due_at: Instant
    opened_at: Instant
    escalation_due_at: Instant | None = None
    escalations: int = 0


class WeekRow(Value):
    """A closed week of an episode, in minutes."""

    week_starts_on: date
    required_minutes: int
    attended_minutes: int
    shortfall_minutes: int


class ScreenRow(Value):
    """The latest result of an instrument; `previous_total` is that of the time before, where both have one."""

    instrument: str
    total: int | None
    band_code: str
    suicide_risk: str | None
    previous_total: int | None
    at: Instant


class PageRow(Value):
    """A page about a crisis that is open: `sent`, `acknowledged` or `unanswered` since `changed_at`.

    `level` is the place in the roster that was paged last, from 1; at `unanswered_at` everybody in it had been paged
    in vain.
    """

    page_id: UUID
    state: str
    level: int | None
    changed_at: Instant
    unanswered_at: Instant | None


class CrisisRow(Value):
    """A crisis that is open; `page` is absent as long as none is known to have gone out."""

    crisis_id: UUID
    episode_id: UUID
    facility_id: UUID
    raised_at: Instant
    page: PageRow | None
    command: str


class AuthorizationRow(Value):
    """What a payer answered, with units and the days that they cover."""

    authorization_id: UUID
    state: str
    units: int
    covers_from: date
    covers_to: date


class PlanRow(Value):
    """The treatment plan in force, and its last review: goals met of goals set."""

    plan_id: UUID
    signed_at: Instant | None
    reviewed_at: Instant | None
    goals: int | None
    goals_met: int | None


class StreamSeen(Value):
    """How far a service's events about the patient were applied; `missing` versions were passed over."""

    service: str
    version: int
    missing: int


class JourneyView(Value):
    """An episode with its timeline: by domain time, in each service's own order.

    `obligations` is what the journey itself sees to, absent when it does not answer or has ended. Earlier and later
    episodes of the same patient are those within the caller's facilities.
    """

    journey: JourneyRow
    tasks: tuple[OpenTask, ...]
    weeks: tuple[WeekRow, ...]
    streams: tuple[StreamSeen, ...]
    timeline: tuple[TimelineEntry, ...]
    crises: tuple[CrisisRow, ...] = ()
    screens: tuple[ScreenRow, ...] = ()
    authorizations: tuple[AuthorizationRow, ...] = ()
    plan: PlanRow | None = None
    obligations: tuple[ObligationView, ...] | None = None
    previous_episode_id: UUID | None = None
    next_episode_ids: tuple[UUID, ...] = ()


class WorkRow(WorklistRow):
    """A care task on a worklist across services: the row of its service, with where its journey stands.

    An escalated task stands on the worklist of both roles, each with its own due time.
    """

    phase: str
    escalated_to: str | None
    escalations: int


class RoleCount(Value):
    """How many open tasks a role has, and how many of these are overdue."""

    role: str
    open: int
    overdue: int


class Work(Value):
    """A page of open tasks, the earliest due first, with all open crises and the counts of each role.

    `open` and `overdue` count each task once; `next_cursor` is absent on the last page.
    """

    crises: tuple[CrisisRow, ...]
    rows: tuple[WorkRow, ...]
    roles: tuple[RoleCount, ...]
    open: int
    overdue: int
    next_cursor: str | None = None


class PartStatus(Value):
    """A part of the platform: whether it is ready, and its lag where it consumes."""

    name: str
    ready: bool
    detail: str


class Status(Value):
    """The platform at a glance; parked keys, age and lag without those of the `silent` parts, which did not tell."""

    at: Instant
    parts: tuple[PartStatus, ...]
    journeys_by_phase: dict[str, int]
    parked_keys: int
    oldest_outbox_seconds: float
    worst_lag_seconds: float
    silent: tuple[str, ...] = ()
