"""Bodies of operations' API: the same views as the console."""

from uuid import UUID

from stepwell_contracts.base import Instant, Value


class JourneyRow(Value):
    """One episode as the projection knows it."""

    episode_id: UUID
    facility_id: UUID
    phase: str
    part: str | None
    since: Instant
    open_tasks: int
    next_due: Instant | None


class JourneyList(Value):
    """Episodes, the latest changed first."""

    journeys: tuple[JourneyRow, ...]
    total: int


class TimelineEntry(Value):
    """One event of an episode, in the order in which the projection applied it."""

    event_id: UUID
    type: str
    at: Instant
    version: int
    service: str
    facts: dict[str, str]
    trace_id: str | None


class JourneyView(Value):
    """An episode with its timeline."""

    journey: JourneyRow
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
