"""Many at once over few seats, on PostgreSQL: never too many, never lost, and nobody waits in a circle."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Sequence
from typing import Any
from uuid import UUID

import pytest

from services.scheduling.tests.rosters import Rosters, open_rosters, publish
from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_kernel.codes import Phase, Role
from stepwell_kernel.errors import Unavailable
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import Commands
from stepwell_scheduling.consumers.episodes import HANDLERS
from stepwell_scheduling.domain.episodes import Episode
from stepwell_testing.plugin import OpenEdge
from stepwell_testing.records import incoming

#: What a client repeats under the same key; a deadlock would be told as `database_unavailable` and is none of them.
REPEATED = frozenset({"patients_busy", "session_changing"})

PLACES = 6


async def command(rosters: Rosters, path: str, body: dict[str, Any]) -> str:
    """Sent until it is answered, as the client does: `done`, or the code of the refusal."""
    key = str(new_id())
    while True:
        answer = await rosters.send("POST", path, body, key=key)
        if answer.status_code == 201:
            return "done"
        code: str = answer.json()["code"]
        if code not in REPEATED:
            return code


async def discharged(rosters: Rosters, episode: Episode) -> str:
    """The episode's discharge, as the consumer takes it until it has passed."""
    changed = EpisodePhaseChanged(
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        facility_id=rosters.facility,
        program_id=episode.program_id,
        age_band=episode.age_band,
        phase=Phase.AFTERCARE,
        previous=Phase.TREATMENT,
        prescribed_minutes_per_week=0,
    )
    event = incoming(
        changed, key=episode.patient_id, at=rosters.edge.clock.now(), version=9, episode_id=episode.episode_id
    )
    while True:
        try:
            async with rosters.edge.transactions(rosters.edge.person(Role.SCHEDULER)) as tx:
                await Commands("scheduling", HANDLERS).handle(tx, [event])
        except Unavailable as busy:
            if busy.code not in REPEATED:
                return busy.code
        else:
            return "done"


async def all_at_once(seed: int, commands: Sequence[tuple[str, Awaitable[str]]]) -> Counter[tuple[str, str]]:
    """The commands in an order of their own, at once: how often each kind ended how."""
    mixed = list(commands)
    random.Random(seed).shuffle(mixed)
    outcomes = await asyncio.gather(*(awaitable for _, awaitable in mixed))
    return Counter(zip((kind for kind, _ in mixed), outcomes, strict=True))


class Race:
    """A full group with members and a line, and patients with seats in another group."""

    def __init__(self, rosters: Rosters, meetings: list[UUID], others: list[UUID]) -> None:
        self.rosters = rosters
        self.meetings = meetings
        self.others = others
        self.members: list[tuple[Episode, UUID]] = []
        self.line: list[tuple[Episode, UUID]] = []
        self.seated: list[UUID] = []
        self.strangers: list[Episode] = []

    def leave(self, index: int) -> Awaitable[str]:
        _, membership = self.members[index]
        body = {"from_day": self.rosters.day(0).isoformat(), "reason_code": "patient_asked"}
        return command(self.rosters, f"/v1/memberships/{membership}/end", body)

    def discharge(self, index: int) -> Awaitable[str]:
        return discharged(self.rosters, self.members[index][0])

    def withdraw(self, index: int) -> Awaitable[str]:
        return command(self.rosters, f"/v1/waitlist/{self.line[index][1]}/withdrawal", {})

    def join(self, episode: Episode) -> Awaitable[str]:
        path = f"/v1/groups/{self.rosters.groups['open']}/members"
        return command(self.rosters, path, self.rosters.joining(episode))

    def wait(self, episode: Episode) -> Awaitable[str]:
        path = f"/v1/groups/{self.rosters.groups['open']}/waitlist"
        return command(self.rosters, path, {"episode_id": str(episode.episode_id)})

    def book(self, episode: Episode, meeting: int) -> Awaitable[str]:
        path = f"/v1/sessions/{self.meetings[meeting]}/bookings"
        return command(self.rosters, path, {"episode_id": str(episode.episode_id)})

    def move(self, index: int, target: UUID) -> Awaitable[str]:
        body = {"session_id": str(target), "reason_code": "patient_asked"}
        return command(self.rosters, f"/v1/bookings/{self.seated[index]}/move", body)

    def cancel(self, index: int) -> Awaitable[str]:
        path = f"/v1/bookings/{self.seated[index]}/cancellation"
        return command(self.rosters, path, {"reason_code": "patient_asked"})


async def line_up(edge_opener: OpenEdge, *, members: int, waiting: int, seated: int, strangers: int) -> Race:
    rosters = await open_rosters(await edge_opener("scheduling"), capacity=PLACES)
    meetings = await rosters.week(meetings=3)
    others = [await rosters.session("next", days=day, clock="14:00", place=1) for day in (1, 2)]
    race = Race(rosters, meetings, others)
    for _ in range(members):
        episode = await rosters.episode()
        race.members.append((episode, await rosters.join(episode)))
    for _ in range(waiting):
        episode = await rosters.episode()
        race.line.append((episode, await rosters.wait(episode)))
        rosters.edge.clock.pass_by(seconds=1)
    for number in range(seated):
        race.seated.append(await rosters.book(others[number % 2], await rosters.episode()))
    race.strangers = [await rosters.episode() for _ in range(strangers)]
    return race


async def promoted(race: Race) -> list[int]:
    """Who of the line was promoted, by the place in it."""
    line = [str(wait) for _, wait in race.line]
    ended = await race.rosters.told("waitlist_ended")
    names = [one["waitlist_id"] for one in ended if one["outcome"] == "promoted"]
    return [line.index(name) for name in names if name in line]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_64_at_once_over_few_seats(open_edge: OpenEdge, seed: int) -> None:
    race = await line_up(open_edge, members=PLACES, waiting=3, seated=10, strangers=44)
    strangers = iter(race.strangers)
    commands = [
        *(("leave", race.leave(index)) for index in range(4)),
        *(("discharge", race.discharge(index)) for index in (4, 5)),
        *(("join", race.join(next(strangers))) for _ in range(14)),
        *(("book", race.book(next(strangers), number % 3)) for number in range(24)),
        *(("wait", race.wait(next(strangers))) for _ in range(6)),
        *(("move", race.move(index, race.meetings[index % 3])) for index in range(6)),
        *(("swap", race.move(index, race.others[(index + 1) % 2])) for index in range(6, 8)),
        *(("cancel", race.cancel(index)) for index in range(8, 10)),
        *(("leave twice", race.leave(index)) for index in range(4)),
    ]
    assert len(commands) == 64
    outcomes = await all_at_once(seed, commands)
    assert {code for _, code in outcomes} <= {"done", "group_full", "session_full", "place_free"}
    assert outcomes["leave", "done"] + outcomes["leave twice", "done"] == 8
    assert outcomes["discharge", "done"] == 2
    assert outcomes["cancel", "done"] == 2
    await race.rosters.check_seats()
    assert await promoted(race) == [0, 1, 2]
    assert await race.rosters.worklist() == []


async def test_places_that_come_free_at_once_go_to_the_line_in_its_order(open_edge: OpenEdge) -> None:
    race = await line_up(open_edge, members=PLACES, waiting=8, seated=0, strangers=8)
    commands = [
        *(("leave", race.leave(index)) for index in range(3)),
        ("discharge", race.discharge(3)),
        ("withdraw", race.withdraw(6)),
        *(("join", race.join(episode)) for episode in race.strangers),
    ]
    outcomes = await all_at_once(4, commands)
    assert outcomes["join", "group_full"] == 8
    assert await promoted(race) == [0, 1, 2, 3]
    left = await race.rosters.get(f"/v1/groups/{race.rosters.groups['open']}/roster")
    waiting = [one["waitlist_id"] for one in left["waiting"]]
    assert waiting == [str(race.line[index][1]) for index in (4, 5, 7)]
    await race.rosters.check_seats()


async def test_more_places_and_new_meetings_at_once_with_all_others(open_edge: OpenEdge) -> None:
    race = await line_up(open_edge, members=PLACES, waiting=4, seated=0, strangers=10)
    rosters = race.rosters

    async def meet(day: int) -> str:
        await rosters.session(days=day, clock="16:00", place=2)
        return "done"

    async def widen() -> str:
        await publish(rosters, capacity=PLACES + 2)
        return "done"

    commands = [
        ("widen", widen()),
        *(("meet", meet(day)) for day in (4, 5, 6)),
        *(("leave", race.leave(index)) for index in range(2)),
        *(("join", race.join(episode)) for episode in race.strangers[:5]),
        *(("book", race.book(episode, number % 3)) for number, episode in enumerate(race.strangers[5:])),
    ]
    outcomes = await all_at_once(5, commands)
    assert {code for _, code in outcomes} <= {"done", "group_full", "session_full"}
    assert (await promoted(race))[:2] == [0, 1]
    await rosters.check_seats()
