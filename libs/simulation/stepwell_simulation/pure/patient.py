"""A patient of the pure simulator: their journey, what is still to come, and what staff have on their list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import AgeBand, Phase, TaskKind
from stepwell_kernel.ids import derived_id
from stepwell_kernel.local_time import local_at
from stepwell_simulation.conduct import Conduct
from stepwell_simulation.network import demo_id
from stepwell_simulation.profile import Home, Profile
from stepwell_simulation.pure.journey import Journey
from stepwell_simulation.pure.places import Place

#: Who decides and records, and by which rule; nothing in the pure simulator depends on either.
CLINICIAN = demo_id(0x102)
RULE = "pure/1"
IN_CARE = frozenset({Phase.TREATMENT, Phase.STEP_DOWN})
DAY = timedelta(days=1)

Deed = Callable[[], None]

#: What staff do about a care task of that id.
Answer = Callable[["Patient", UUID], None]


@dataclass
class Attendance:
    """Sessions that were due and how many of them were attended, by what was true; minutes by day, by what was entered.

    `missing` tells that the last entry was an absence.
    """

    sessions: int = 0
    attended: int = 0
    no_shows: int = 0
    wrong: int = 0
    minutes: dict[date, int] = field(default_factory=dict)
    closed_to: date | None = None
    missing: bool = False


@dataclass
class Patient:
    """One patient; `now` is domain time. Instants are absent until they have come.

    `tasks` are those that are open, `taken_up` counts those of a kind so far, `left_overdue` those that somebody had to
    be asked for; `seats` counts the programs that the patient had seats in.
    """

    profile: Profile
    conduct: Conduct
    place: Place
    age_band: AgeBand
    policies: Mapping[Home, JourneyPolicy]
    journey: Journey
    now: datetime
    agenda: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    tasks: dict[UUID, TaskKind] = field(default_factory=dict)
    taken_up: dict[TaskKind, int] = field(default_factory=dict)
    attendance: Attendance = field(default_factory=Attendance)
    crises: set[UUID] = field(default_factory=set)
    reached_at: datetime | None = None
    assessed_at: datetime | None = None
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None
    last_contact_at: datetime | None = None
    phases: list[Phase] = field(default_factory=list)
    places: set[Home] = field(default_factory=set)
    has_waited: bool = False
    seats: int = 0
    left_overdue: int = 0
    _numbers: "count[int]" = field(default_factory=count)

    @property
    def episode_id(self) -> UUID:
        """The episode."""
        return self.journey.state.episode_id

    @property
    def phase(self) -> Phase:
        """Where the episode stands."""
        return self.journey.state.phase

    @property
    def has_left(self) -> bool:
        """Whether the patient no longer answers."""
        return self.conduct.is_gone(self.day)

    @property
    def day(self) -> float:
        """Days since the admission."""
        return (self.now - (self.admitted_at or self.now)) / DAY

    @property
    def today(self) -> date:
        """The day at the facility."""
        return local_at(self.now, self.place.zone).date()

    def tell(self, event: Event) -> None:
        """A fact that happens now."""
        self.journey.tell(event, self.now)

    def id_of(self, *names: object) -> UUID:
        """The id of something that belongs to the episode."""
        return derived_id(self.episode_id, *map(str, names))

    def at(self, instant: datetime, deed: Deed) -> None:
        """Something happens at an instant; of those at the same one, in the order in which they were set."""
        heappush(self.agenda, (max(instant, self.now), next(self._numbers), deed))

    def next_at(self) -> datetime | None:
        """When the next deed is to be done, if any."""
        return self.agenda[0][0] if self.agenda else None

    def do_next(self) -> None:
        """Do the next deed."""
        at, _, deed = heappop(self.agenda)
        self.now = max(self.now, at)
        deed()
