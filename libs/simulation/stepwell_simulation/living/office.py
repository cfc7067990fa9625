"""The offices of a facility: people poll their worklists and take up what stands there, each in their own time."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from stepwell_contracts.http.common import WorklistRow
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Kind, StepwellError
from stepwell_kernel.local_time import local_at
from stepwell_simulation.conduct import AT_ONCE, habit_of
from stepwell_simulation.draws import Draws
from stepwell_simulation.hours import open_from
from stepwell_simulation.living.agenda import Agenda, Deed
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.clock import LiveClock
from stepwell_simulation.living.entries import Entries
from stepwell_simulation.living.houses import House
from stepwell_simulation.living.world import World
from stepwell_simulation.platform import Person

#: A row that stands there still so long after it was answered is looked at again.
LOOK_AGAIN = timedelta(days=2)

#: A row of a worklist: service, kind, subject.
Place = tuple[str, str, UUID]


@dataclass(frozen=True, slots=True)
class Source:
    """A worklist: of which service, for which role; None where a service lists the rows of all."""

    service: str
    role: Role | None


SOURCES = (
    Source("intake", None),
    Source("scheduling", Role.COUNSELOR),
    Source("scheduling", Role.SCHEDULER),
    Source("medication", Role.NURSE),
    Source("medication", Role.PRESCRIBER),
    Source("medication", Role.SUPERVISOR),
    Source("notifications", Role.COUNSELOR),
)


@dataclass
class Office:
    """The people of a facility with their worklists; all commands go through the public APIs in somebody's name.

    `at_hand` has the rows that somebody has taken up, and when they were answered, if lately; `taken_up` counts those
    of a kind about the same episode.
    """

    house: House
    people: Mapping[UUID, Person]
    clock: LiveClock
    agenda: Agenda
    cases: Mapping[UUID, Case]
    draws: Draws
    answers: Mapping[str, Mapping[str, "Answer"]]
    world: World
    entries: Entries
    at_hand: dict[Place, datetime | None] = field(default_factory=dict)
    taken_up: Counter[tuple[str, UUID | None]] = field(default_factory=Counter)

    def person(self, role: Role) -> Person:
        """Who does the work of a role."""
        return self.people[self.house.staff_of(role)]

    def now(self) -> datetime:
        """Domain time."""
        return self.clock.now()

    def today(self) -> date:
        """The local day."""
        return local_at(self.now(), self.house.zone).date()

    def working(self, at: datetime) -> datetime:
        """The instant, or the next one at which somebody sits at a desk."""
        return open_from(at, self.house.zone)

    def later(self, name: str, after: timedelta, deed: Deed) -> None:
        """Set somebody to do something in working hours."""
        self.agenda.add(self.working(self.now() + after), name, deed)

    async def poll(self) -> int:
        """Look at all worklists and take up what is new; how many rows there are."""
        found = await asyncio.gather(*(self._rows(source) for source in SOURCES))
        self.at_hand = {place: at for place, at in self.at_hand.items() if at is None or self.now() < at + LOOK_AGAIN}
        for source, rows in zip(SOURCES, found, strict=True):
            for row in rows:
                self._take_up(source.service, row)
        return sum(map(len, found))

    def forget(self, episodes: Collection[UUID]) -> None:
        """Nothing will stand in a worklist about these any more."""
        self.taken_up = Counter({about: times for about, times in self.taken_up.items() if about[1] not in episodes})

    async def _rows(self, source: Source) -> Sequence[WorklistRow]:
        person = self.person(source.role or Role.SUPERVISOR)
        worklist = getattr(person, source.service).worklist
        rows: list[WorklistRow] = []
        cursor = None
        while True:
            page = await worklist(self.house.facility_id, source.role, cursor=cursor)
            rows += page.rows
            cursor = page.next_cursor
            if cursor is None:
                return rows

    def _take_up(self, service: str, row: WorklistRow) -> None:
        answer = self.answers[service].get(row.kind)
        place = (service, row.kind, row.subject_id)
        if answer is None or not self._is_ours(row) or place in self.at_hand:
            return
        self.at_hand[place] = None
        self.taken_up[row.kind, row.episode_id] += 1
        times = self.taken_up[row.kind, row.episode_id]
        at = self.now() + self._delay(row, times)
        deed = self._deed(place, row, times, answer)
        self.agenda.add(at if row.kind in AT_ONCE else self.working(at), row.kind, deed)

    def _is_ours(self, row: WorklistRow) -> bool:
        return row.episode_id is None or row.episode_id in self.cases

    def _delay(self, row: WorklistRow, times: int) -> timedelta:
        """Some time, by habit; now and then a row is overlooked until it is overdue and somebody else asks."""
        number = "-" if row.episode_id is None else self.cases[row.episode_id].profile.number
        draws, habit = self.draws.of(row.kind, number, times), habit_of(row.kind)
        if row.kind not in AT_ONCE and draws.of("omitted").chance(habit.omits):
            overdue = row.due_at - self.now() + timedelta(days=1)
            return max(overdue, timedelta(0)) + timedelta(hours=draws.of("asked").between(2, 30))
        return habit.delay(draws)

    def _deed(self, place: Place, row: WorklistRow, times: int, answer: "Answer") -> Deed:
        case = None if row.episode_id is None else self.cases[row.episode_id]
        tried: Row | None = None

        async def deed() -> datetime | None:
            """What nobody answered is tried again under the key of the day on which it was tried first."""
            nonlocal tried
            tried = tried or Row(row, times, self.today())
            try:
                again = await answer(self, case, tried)
            except StepwellError as refusal:
                if refusal.kind is not Kind.UNAVAILABLE:
                    self.at_hand[place] = self.now()
                raise
            tried = None
            self.at_hand[place] = None if again else self.now()
            return again

        return deed


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a worklist that somebody answers on a local day, the so-manieth of its kind about the same episode."""

    row: WorklistRow
    times: int
    day: date

    @property
    def subject_id(self) -> UUID:
        """What it is about."""
        return self.row.subject_id

    def key(self, step: str = "done") -> str:
        """The key of a command that answers it; on another day it is another command."""
        return f"{self.row.kind}-{self.row.subject_id}-{self.day}-{step}"


#: Answers a row in a facility's name; the patient is absent where a row is about the facility. Returns when to go on.
Answer = Callable[[Office, Case | None, Row], Awaitable[datetime | None]]
