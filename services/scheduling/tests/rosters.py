"""A facility with open and closed groups in three rooms, over HTTP: its rosters, waitlists, bookings and weeks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import httpx2

from stepwell_contracts.activities import ActionKey, ActionResult, CloseWeek, ReplaceBookings, RestoreBookings
from stepwell_contracts.events.intake import EpisodePhaseChanged, ReferralReceived
from stepwell_kernel.codes import AgeBand, Phase, PriorityClass, ReferralSource, Role, Urgency
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_messaging.delivery import Commands
from stepwell_scheduling.activities.journey import SchedulingActivities
from stepwell_scheduling.api.bookings import bookings_router
from stepwell_scheduling.api.reference import reference_router
from stepwell_scheduling.api.rosters import rosters_router
from stepwell_scheduling.api.series import series_router
from stepwell_scheduling.api.sessions import sessions_router
from stepwell_scheduling.api.visits import visits_router
from stepwell_scheduling.api.waitlists import waitlists_router
from stepwell_scheduling.api.worklist import worklist_router
from stepwell_scheduling.consumers.episodes import HANDLERS
from stepwell_scheduling.domain.episodes import Episode
from stepwell_testing.edge import ServiceEdge, TestApp
from stepwell_testing.records import incoming

ZONE = "America/New_York"

#: Program, modality and what else is published of a group.
GROUPS: Mapping[str, tuple[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "open": ("intensive", {"modality": "group_therapy"}),
        "closed": ("intensive", {"modality": "group_therapy", "is_open": False}),
        "workshop": ("intensive", {"modality": "educational_workshop", "topic": "life_skills"}),
        "next": ("outpatient", {"modality": "group_therapy"}),
    }
)

SHARED_ROUTERS = (
    reference_router,
    sessions_router,
    series_router,
    visits_router,
    bookings_router,
    rosters_router,
    waitlists_router,
    worklist_router,
)

PLACES = 4


@dataclass(frozen=True)
class Rosters:
    """The published facility; `people` are its clinicians."""

    edge: ServiceEdge
    app: TestApp
    facility: UUID
    programs: Mapping[str, UUID]
    groups: Mapping[str, UUID]
    people: Sequence[UUID]
    rooms: Sequence[UUID]
    versions: dict[UUID, int] = field(default_factory=dict)

    async def send(
        self, method: str, path: str, body: Mapping[str, Any], *, role: Role = Role.SCHEDULER, key: str | None = None
    ) -> httpx2.Response:
        """A command as a person of a role."""
        return await self.app.call(method, path, body, token=self.app.person(new_id(), role), key=key or str(new_id()))

    async def done(
        self, path: str, body: Mapping[str, Any], *, method: str = "POST", role: Role = Role.SCHEDULER
    ) -> Any:
        """The answer to a command that passes, sent twice under one key."""
        key = str(new_id())
        token = self.app.person(new_id(), role)
        first = await self.app.call(method, path, body, token=token, key=key)
        assert first.status_code in {200, 201}, first.text
        assert (await self.app.call(method, path, body, token=token, key=key)).content == first.content
        return first.json()

    async def refused(
        self, path: str, body: Mapping[str, Any], *, method: str = "POST", role: Role = Role.SCHEDULER
    ) -> dict[str, Any]:
        """The problem with a command that is refused and changes nothing."""
        before = await self.snapshot()
        answer = await self.send(method, path, body, role=role)
        assert answer.status_code >= 400, answer.text
        assert await self.snapshot() == before
        problem: dict[str, Any] = answer.json()
        return problem

    async def get(self, path: str, *, role: Role = Role.COUNSELOR, **params: str) -> Any:
        """What a person of a role reads."""
        answer = await self.app.call("GET", path, token=self.app.person(new_id(), role), params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def worklist(self, role: Role = Role.SCHEDULER) -> list[dict[str, Any]]:
        """What waits for people of a role."""
        token = self.app.person(new_id(), role)
        params = {"facility": str(self.facility), "role": role}
        answer = await self.app.call("GET", "/v1/worklist", token=token, params=params)
        rows: list[dict[str, Any]] = answer.json()["rows"]
        return rows

    async def snapshot(self) -> list[str]:
        """All that a command of this room could change."""
        tables = ("session", "booking", "claim", "group_member", "waitlist", "keep_apart", "episode_week", "outbox")
        found = []
        for table in tables:
            rows = await self.edge.rows(f"select t::text as row from {table} t order by 1")
            found += [f"{table} {row['row']}" for row in rows]
        return found

    def day(self, days: int = 1) -> date:
        """The local day so many days from today."""
        return local_at(self.edge.clock.now(), ZONE).date() + timedelta(days=days)

    async def session(
        self, group: str = "open", *, days: int = 1, clock: str = "10:00", minutes: int = 60, place: int = 0
    ) -> UUID:
        """A meeting of a group with the n-th clinician in the n-th room."""
        body = {
            "starts_local": datetime.combine(self.day(days), time.fromisoformat(clock)).isoformat(),
            "minutes": minutes,
            "clinician_id": str(self.people[place]),
            "room_id": str(self.rooms[place]),
        }
        answer = await self.send("POST", f"/v1/groups/{self.groups[group]}/sessions", body)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["session_id"])

    async def week(self, group: str = "open", *, meetings: int = 3, clock: str = "10:00", place: int = 0) -> list[UUID]:
        """Meetings of a group on the next days."""
        return [await self.session(group, days=day + 1, clock=clock, place=place) for day in range(meetings)]

    async def episode(
        self,
        phase: Phase = Phase.TREATMENT,
        *,
        age_band: AgeBand = AgeBand.ADULT,
        priority: PriorityClass = PriorityClass.GENERAL,
    ) -> Episode:
        """An episode, as intake's events tell it."""
        episode = Episode(new_id(), new_id(), self.facility, self.programs["intensive"], age_band, phase, 540)
        referred = ReferralReceived(
            episode_id=episode.episode_id,
            patient_id=episode.patient_id,
            facility_id=episode.facility_id,
            program_id=episode.program_id,
            source=ReferralSource.SELF,
            urgency=Urgency.ROUTINE,
            age_band=age_band,
            priority=priority,
        )
        await self.hear(episode, referred)
        await self.move_on(episode, phase, previous=Phase.ADMISSION)
        return episode

    async def move_on(
        self,
        episode: Episode,
        phase: Phase,
        *,
        previous: Phase = Phase.TREATMENT,
        program: str = "intensive",
        facility: UUID | None = None,
    ) -> None:
        """What intake tells of the episode, handled twice."""
        changed = EpisodePhaseChanged(
            episode_id=episode.episode_id,
            patient_id=episode.patient_id,
            facility_id=facility or self.facility,
            program_id=self.programs[program],
            age_band=episode.age_band,
            phase=phase,
            previous=previous,
            prescribed_minutes_per_week=540,
        )
        await self.hear(episode, changed)

    async def hear(self, episode: Episode, event: ReferralReceived | EpisodePhaseChanged) -> None:
        """An event of the episode, handled twice."""
        version = self.versions[episode.episode_id] = self.versions.get(episode.episode_id, 0) + 1
        arriving = incoming(
            event,
            key=episode.patient_id,
            at=self.edge.clock.now(),
            version=version,
            episode_id=episode.episode_id,
        )
        for _ in range(2):
            async with self.edge.transactions(self.edge.person(Role.SCHEDULER)) as tx:
                await Commands("scheduling", HANDLERS).handle(tx, [arriving])

    async def book(self, session: UUID, episode: Episode) -> UUID:
        """A seat."""
        booked = await self.done(f"/v1/sessions/{session}/bookings", {"episode_id": str(episode.episode_id)})
        return UUID(booked["booking_id"])

    def joining(self, episode: Episode, *, days: int = 0) -> dict[str, Any]:
        """The body that makes a patient a member from a day on."""
        return {"episode_id": str(episode.episode_id), "from_day": self.day(days).isoformat()}

    async def join(self, episode: Episode, group: str = "open", *, days: int = 0) -> UUID:
        """A membership."""
        joined = await self.done(f"/v1/groups/{self.groups[group]}/members", self.joining(episode, days=days))
        return UUID(joined["membership_id"])

    async def leave(self, membership: UUID, *, days: int = 0) -> Any:
        """The answer to the end of a membership from a day on."""
        body = {"from_day": self.day(days).isoformat(), "reason_code": "patient_asked"}
        return await self.done(f"/v1/memberships/{membership}/end", body)

    async def wait(self, episode: Episode, group: str = "open") -> UUID:
        """A place on the waitlist."""
        waits = await self.done(f"/v1/groups/{self.groups[group]}/waitlist", {"episode_id": str(episode.episode_id)})
        return UUID(waits["waitlist_id"])

    async def attend(self, booking: UUID, state: str, minutes: int) -> None:
        """What became of a seat."""
        body = {"state": state, "minutes": minutes}
        await self.done(f"/v1/bookings/{booking}/attendance", body, method="PUT", role=Role.COUNSELOR)

    async def replace(self, episode: Episode, *, program: str | None = None) -> ActionResult:
        """The exchange of seats for a change of program, or giving all up, as the journey has it done twice."""
        message = ReplaceBookings(
            key=self.action(episode, "decision"),
            replacement_id=new_id(),
            program_id=self.programs[program] if program else None,
            prescribed_minutes_per_week=60 if program else 0,
            reason_code="step_down" if program else "discharged",
        )
        activities = SchedulingActivities(self.edge.transactions)
        first = await activities.replace_bookings(message)
        assert await activities.replace_bookings(message) == first
        return first

    async def restore(self, episode: Episode, replacement: UUID | None) -> None:
        """The exchange undone, twice."""
        assert replacement is not None
        message = RestoreBookings(key=self.action(episode, "undo"), replacement_id=replacement)
        for _ in range(2):
            assert (await SchedulingActivities(self.edge.transactions).restore_bookings(message)).accepted

    async def close_week(self, episode: Episode, starts_on: date) -> None:
        """The week closed by the journey, twice."""
        message = CloseWeek(key=self.action(episode, f"week-{starts_on}"), week_starts_on=starts_on)
        for _ in range(2):
            assert (await SchedulingActivities(self.edge.transactions).close_week(message)).accepted

    def action(self, episode: Episode, cause: str) -> ActionKey:
        """The key of an action of the journey."""
        return ActionKey(
            tenant="riverbend",
            episode_id=episode.episode_id,
            patient_id=episode.patient_id,
            facility_id=self.facility,
            cause=cause,
            index=0,
        )

    async def taken(self, *sessions: UUID) -> list[int]:
        """Seats taken in each session."""
        return [await self.edge.value("select taken from session where session_id = $1", one) for one in sessions]

    async def told(self, name: str) -> list[dict[str, Any]]:
        """The events of a name, in order."""
        return [json.loads(event.payload) for event in await self.edge.outbox() if event.type.split(".")[2] == name]

    async def check_seats(self) -> None:
        """No session is overfull, `taken` counts its seats, and each booking ahead has the patient's time."""
        overfull = await self.edge.rows(
            """select s.session_id from session s
               where s.taken > s.capacity or s.taken <> (select count(*) from booking b
                    where b.session_id = s.session_id and b.state in ('booked', 'replaced'))"""
        )
        assert not overfull
        claimed = await self.edge.rows("select holder_id, during from claim where kind = 'patient' order by 1")
        booked = await self.edge.rows(
            """select b.booking_id, tstzrange(s.starts_at, s.ends_at, '[)') from booking b join session s
               using (session_id) where b.state = 'booked' order by 1"""
        )
        assert [tuple(row) for row in claimed] == [tuple(row) for row in booked]


async def open_rosters(edge: ServiceEdge, *, capacity: int = 2) -> Rosters:
    """Publish the facility over HTTP and return it."""
    app = edge.app(*SHARED_ROUTERS)
    rosters = Rosters(
        edge=edge,
        app=app,
        facility=new_id(),
        programs={name: new_id() for name in ("intensive", "outpatient")},
        groups={name: new_id() for name in GROUPS},
        people=[new_id() for _ in range(PLACES)],
        rooms=[new_id() for _ in range(PLACES)],
    )
    await publish(rosters, capacity=capacity)
    return rosters


async def publish(rosters: Rosters, *, capacity: int, zone: str = ZONE) -> None:
    """The facility's reference data, with so many places in each group."""
    tracks = {name: new_id() for name in rosters.programs}
    document = {
        "facility": {"neutral_name": "North Center", "callback_number": "+12025550100", "zone": zone},
        "programs": [
            {
                "program_id": str(program_id),
                "program_type": "IOP" if name == "intensive" else "OP",
                "level_of_care": "2.1" if name == "intensive" else "1",
                "minutes_per_week": 540 if name == "intensive" else 60,
            }
            for name, program_id in rosters.programs.items()
        ],
        "tracks": [
            {"track_id": str(tracks[name]), "program_id": str(program_id), "kind": "evening"}
            for name, program_id in rosters.programs.items()
        ],
        "groups": [
            {"group_id": str(rosters.groups[name]), "track_id": str(tracks[program]), "capacity": capacity, **more}
            for name, (program, more) in GROUPS.items()
        ],
        "staff": [{"staff_id": str(one), "roles": [Role.COUNSELOR], "credentials": ["lcsw"]} for one in rosters.people],
        "rooms": [{"room_id": str(room), "seats": 12} for room in rosters.rooms],
    }
    await rosters.done(f"/v1/facilities/{rosters.facility}/reference", document, method="PUT", role=Role.ADMINISTRATOR)
