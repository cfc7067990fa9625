"""Bodies of operations' API: the same views as the console."""

from datetime import date
from uuid import UUID

from stepwell_contracts.base import Instant, Value


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
    """Something that waits for a person; `escalated_to` is the role that it concerns as well since it was late."""

    task_id: UUID
    kind: str
    role: str
    escalated_to: str | None
    due_at: Instant
    opened_at: Instant


class WeekRow(Value):
    """A closed week of an episode, in minutes."""

    week_starts_on: date
    required_minutes: int
    attended_minutes: int
    shortfall_minutes: int


class StreamSeen(Value):
    """How far a service's events about the patient were applied; `missing` versions were passed over."""

    service: str
    version: int
    missing: int


class JourneyView(Value):
    """An episode with its timeline: by domain time, in each service's own order."""

    journey: JourneyRow
    tasks: tuple[OpenTask, ...]
    weeks: tuple[WeekRow, ...]
    streams: tuple[StreamSeen, ...]
    timeline: tuple[TimelineEntry, ...]


class PartStatus(Value):
    """A part of the platform: whether it is ready, and its lag where it consumes."""

    name: str
    ready: bool
    detail: str


class Status(Value):
    """The platform at a glance."""

    at: Instant
    parts: tuple[PartStatus, ...]
    journeys_by_phase: dict[str, int]
    parked_keys: int
    oldest_outbox_seconds: float
    worst_lag_seconds: float
