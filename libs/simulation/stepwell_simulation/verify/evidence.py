"""What was found in the databases, the broker and the workflows, as values: checks need nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

Place = tuple[str, int, int]

#: The keeper whose word about an episode counts.
TRUTH = "intake"


@dataclass(frozen=True, slots=True)
class Stream:
    """The events of one service about one patient or facility of a tenant."""

    service: str
    kind: str
    tenant: str
    id: str

    @property
    def subject(self) -> str:
        """How findings call it."""
        return f"{self.service} {self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Emitted:
    """An event in an outbox or an archive: `row` orders those of a service, `digest` is that of its payload.

    `part` and `offset` are its place in the topic: absent while it is unsent, offset -1 where the broker did not tell.
    """

    row: int
    event_id: UUID
    type: str
    topic: str
    key: str
    stream: Stream
    version: int
    cause: str | None
    digest: str
    part: int | None = None
    offset: int | None = None

    @property
    def subject(self) -> str:
        """How findings call it."""
        return f"{self.type} {self.event_id}"


@dataclass(frozen=True, slots=True)
class ParkedKey:
    """A key whose events wait at a consumer."""

    consumer: str
    topic: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """A duty that is due or parked."""

    service: str
    kind: str
    key: str
    due_at: datetime
    state: str
    error_code: str | None


@dataclass(frozen=True, slots=True)
class Ledgers:
    """What the platform tables of all databases say of events.

    `versions` is the last number that each stream gave, `applied` the ids in the inbox of each consumer, `positions`
    where each (consumer, topic, partition) goes on.
    """

    published: Sequence[Emitted] = ()
    unsent: Sequence[Emitted] = ()
    versions: Mapping[Stream, int] = field(default_factory=dict)
    applied: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    positions: Mapping[tuple[str, str, int], int] = field(default_factory=dict)
    parked: Sequence[ParkedKey] = ()
    duties: Sequence[OpenDuty] = ()
    duties_in_all: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A record of the broker; without an id when its headers are not those of an event."""

    event_id: UUID | None
    key: str
    version: int


@dataclass(frozen=True, slots=True)
class Broker:
    """All records by place, and begin and end of each (topic, partition)."""

    records: Mapping[Place, Stored] = field(default_factory=dict)
    bounds: Mapping[tuple[str, int], tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JourneyState:
    """What a journey that runs says of itself; `outstanding` are its actions by number, `wakes_at` by obligation,
    `carries_out` the kind of the decision that its saga is about.
    """

    phase: str
    part: str | None
    facility_id: str
    program_id: str
    wakes_at: Mapping[str, datetime]
    outstanding: Mapping[int, str]
    stuck: Sequence[int]
    parked: int
    waits_for_policy: bool
    carries_out: str | None


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow's last run. `phase` and `parked` are search attributes that it wrote last, `trouble` why it cannot go
    on.
    """

    id: str
    type: str
    is_open: bool
    status: str
    phase: str | None = None
    parked: int = 0
    trouble: str | None = None
    journey: JourneyState | None = None
    refused: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an episode stands in the tables of a service; absent is what that service does not keep."""

    phase: str
    facility_id: str
    part: str | None = None
    program_id: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """An open care task."""

    episode_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Booking:
    """A seat of an episode as scheduling has it."""

    session_id: UUID
    episode_id: UUID
    state: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Seats:
    """A session: seats that it says are taken, and bookings that hold one."""

    session_id: UUID
    capacity: int
    taken: int
    held: int


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot of medicine: how many entries it counts, the ledger's rows, last number, sum and last balance (mg)."""

    lot_id: UUID
    entries: int
    rows: int
    last: int
    total_mg: Decimal
    balance_mg: Decimal


@dataclass(frozen=True, slots=True)
class Care:
    """What the services' own tables say of patients' care.

    `standings` are by keeper and episode, `told` the events in operations' timeline, `passed_over` the streams of which
    operations missed versions, `open_decisions` the episodes with a decision that is open and was not given back to a
    person, `repeated` messages that went out twice, `overdue` those that should have had an end.
    """

    standings: Mapping[str, Mapping[UUID, Standing]] = field(default_factory=dict)
    bridged: Mapping[UUID, bool] = field(default_factory=dict)
    told: frozenset[UUID] = frozenset()
    passed_over: Sequence[str] = ()
    tasks: Mapping[UUID, Task] = field(default_factory=dict)
    told_tasks: frozenset[UUID] = frozenset()
    open_decisions: frozenset[UUID] = frozenset()
    bookings: Mapping[UUID, Booking] = field(default_factory=dict)
    told_bookings: Mapping[UUID, str] = field(default_factory=dict)
    sessions: Sequence[Seats] = ()
    lots: Sequence[Lot] = ()
    messages: int = 0
    repeated: Sequence[str] = ()
    overdue: Sequence[str] = ()

    @property
    def episodes(self) -> Mapping[UUID, Standing]:
        """Where intake has each episode, which is the truth of it."""
        return self.standings.get(TRUTH, {})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was looked at, once. Domain time: `now`, and `late` of some wall seconds ago, when what was due
    then should have been done.
    """

    now: datetime
    late: datetime
    ledgers: Ledgers = Ledgers()
    broker: Broker = Broker()
    workflows: Sequence[Workflow] = ()
    care: Care = Care()
