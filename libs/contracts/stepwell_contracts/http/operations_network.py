"""Bodies of operations' API about facilities, messages and the network: the views of the console as data."""

from datetime import date
from uuid import UUID

from stepwell_contracts.base import Instant, Value


class ProgramCensus(Value):
    """How many patients a program treats, and how many it can.

    `places` is the sum, over its tracks and the age bands that their groups admit, of the places in the smallest of the
    groups: a patient of a track sits in all of them.
    """

    program_id: UUID
    program_type: str
    level_of_care: str
    in_care: int
    places: int


class FacilityRow(Value):
    """A facility today: who is in care, on leave or waiting, the seats of its groups this local week, its open work."""

    facility_id: UUID
    neutral_name: str
    zone: str
    in_care: int
    places: int
    on_hold: int
    waitlisted: int
    waiting_for_group: int
    seats_offered: int
    seats_taken: int
    sessions_today: int
    open_tasks: int
    overdue_tasks: int


class FacilityList(Value):
    """The facilities within the caller's scope, by name."""

    facilities: tuple[FacilityRow, ...]


class SessionSeats(Value):
    """A session of a facility with its seats; `state` is `scheduled` or `cancelled`.

    `program_id` is absent as long as neither its group nor, for the visit of one patient, who has its seat is known.
    """

    session_id: UUID
    group_id: UUID | None
    program_id: UUID | None
    modality: str
    topic: str | None
    setting: str
    starts_at: Instant
    ends_at: Instant
    capacity: int
    taken: int
    state: str


class WaitRow(Value):
    """An episode that waits for a place in a group, the longest first; `since` is in domain time.

    `topic` and `modality` are those of the group: no topic if it has none, neither as long as it was not published.
    """

    waitlist_id: UUID
    episode_id: UUID
    group_id: UUID
    topic: str | None = None
    modality: str | None = None
    since: Instant


class CensusDay(Value):
    """How many episodes stood in each phase at the end of a local day; today counts up to now.

    Phases in which nobody stood are left out, and those of episodes that have ended (`closed`, `declined`).
    """

    day: date
    phases: dict[str, int]


class FacilityView(Value):
    """A facility with its programs, the sessions of one local week, its waits, and its census over time."""

    facility: FacilityRow
    programs: tuple[ProgramCensus, ...]
    week_starts_on: date
    sessions: tuple[SessionSeats, ...]
    waits: tuple[WaitRow, ...]
    census: tuple[CensusDay, ...]


class MessageRow(Value):
    """A message to a patient as events tell of it, never its words or address.

    `state` is `sent`, `delivered`, `suppressed`, `lapsed` or `failed`; `at` is when it got there, in domain time.
    """

    message_id: UUID
    episode_id: UUID
    facility_id: UUID
    template: str
    channel: str | None
    state: str
    reason_code: str | None
    about: UUID
    at: Instant
    trace_id: str | None


class ReplyRow(Value):
    """What a patient answered, as it was understood; never the words."""

    reply_id: UUID
    episode_id: UUID
    facility_id: UUID
    kind: str
    at: Instant


class MessageFeed(Value):
    """A page of messages, the latest first, with the last replies; `states` counts all that match but for the state."""

    messages: tuple[MessageRow, ...]
    replies: tuple[ReplyRow, ...]
    states: dict[str, int]
    total: int
    next_cursor: str | None = None


class WeekHours(Value):
    """Closed weeks that began on a day: how many episodes, how many of them met their hours, minutes over all.

    A week counts at the facility where the episode stood on that day, whatever transfer came later.
    """

    week_starts_on: date
    episodes: int
    met: int
    required_minutes: int
    attended_minutes: int


class FirstContactBand(Value):
    """Referrals with a first contact after more than `from_hours` and up to `to_hours`; the last band has no end.

    A first contact counts at the facility where the episode stood then.
    """

    from_hours: int
    to_hours: int | None
    referrals: int


class Figures(Value):
    """What people would rather look at than read: census over time, hours met per week, time to first contact.

    Weeks began, and first contacts were, on the local days that `census` lists. `first_contact_median_hours` is absent
    without any; `not_reached` counts referrals that wait for it today.
    """

    census: tuple[CensusDay, ...]
    weeks: tuple[WeekHours, ...]
    first_contact: tuple[FirstContactBand, ...]
    first_contact_median_hours: float | None
    not_reached: int


class TaskTimeliness(Value):
    """Care tasks of a kind that had at least the asked-for time until they were due.

    `withdrawn` were closed by the journey because nobody had to do them any more; `overdue` are among the `open`.
    """

    kind: str
    in_time: int
    late: int
    withdrawn: int
    open: int
    overdue: int


class Report(Value):
    """What became of the episodes since the beginning, from events alone.

    `outcomes` counts episodes by discharge reason, `declined`, or the phase in which they still are; `events` counts
    events about patients by type. Both count at the facility where the episode is now, and so do messages and tasks; a
    week counts at the one where the episode stood on its first day.
    """

    episodes: int
    outcomes: dict[str, int]
    events: dict[str, int]
    weeks: int
    weeks_met: int
    required_minutes: int
    attended_minutes: int
    messages: dict[str, int]
    tasks: tuple[TaskTimeliness, ...]


class FoundEpisode(Value):
    """An episode that an id leads to; `kind` tells what the id names."""

    kind: str
    episode_id: UUID
    facility_id: UUID
    phase: str


class FoundFacility(Value):
    """A facility that an id leads to; `kind` tells what the id names, `day` the local day of a session."""

    kind: str
    facility_id: UUID
    neutral_name: str
    day: date | None = None


class Found(Value):
    """Where an id leads: that of a facility, group or session to the facility, any other to episodes.

    A trace leads to the episodes about which anything happened in it.
    """

    episodes: tuple[FoundEpisode, ...]
    facilities: tuple[FoundFacility, ...] = ()


class ConsumerLag(Value):
    """How far a consumer is behind on a topic, over all its partitions: events, and seconds of machine time."""

    part: str
    consumer: str
    topic: str
    events: int
    seconds: float


class ParkedKey(Value):
    """A key whose events wait for a person, since an instant of machine time.

    `key` is empty for a person to whom neither a patient nor a facility of that id is known.
    """

    part: str
    consumer: str
    topic: str
    key: str
    reason: str
    events: int
    since: Instant


class PartHealth(Value):
    """A process of the platform; `started_at` is machine time, absent as long as it does not answer."""

    name: str
    ready: bool
    detail: str
    started_at: Instant | None
    unsent: int
    oldest_unsent_seconds: float


class Health(Value):
    """The platform in detail: processes with their outboxes and last starts, consumers with their lag, parked keys."""

    at: Instant
    parts: tuple[PartHealth, ...]
    lags: tuple[ConsumerLag, ...]
    parked: tuple[ParkedKey, ...]
