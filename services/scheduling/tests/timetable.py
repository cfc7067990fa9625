"""A facility with groups of all kinds, staff of all roles and two rooms, and its timetable over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import httpx2

from stepwell_kernel.codes import AgeBand, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_scheduling.api.bookings import bookings_router
from stepwell_scheduling.api.reference import reference_router
from stepwell_scheduling.api.series import series_router
from stepwell_scheduling.api.sessions import sessions_router
from stepwell_scheduling.api.visits import visits_router
from stepwell_scheduling.api.worklist import worklist_router
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.store.episodes import keep_episode
from stepwell_testing.edge import ServiceEdge, TestApp

ZONE = "America/New_York"

#: Modality and what else is published of a group.
GROUPS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "therapy": {"modality": "group_therapy"},
        "adults": {"modality": "group_therapy", "age_band": "adult"},
        "workshop": {"modality": "educational_workshop", "topic": "life_skills"},
    }
)

#: Roles and credentials.
STAFF: Mapping[str, tuple[Role, tuple[str, ...]]] = MappingProxyType(
    {
        "lead": (Role.COUNSELOR, ("lcsw", "license_us_ny")),
        "substitute": (Role.COUNSELOR, ("lpc", "privilege_us_nj")),
        "trainee": (Role.COUNSELOR, ()),
        "prescriber": (Role.PRESCRIBER, ("md", "license_us_ny")),
    }
)


@dataclass(frozen=True)
class Timetable:
    """The published facility, and the person who works on its timetable."""

    edge: ServiceEdge
    app: TestApp
    facility: UUID
    program: UUID
    groups: Mapping[str, UUID]
    staff: Mapping[str, UUID]
    rooms: tuple[UUID, UUID]
    person: UUID

    async def post(self, path: str, body: Mapping[str, Any], key: str, role: Role = Role.SCHEDULER) -> httpx2.Response:
        """A command of the person in a role."""
        return await self.app.call("POST", path, body, token=self.app.person(self.person, role), key=key)

    async def get(self, path: str, **params: str) -> Any:
        """What a counselor reads."""
        answer = await self.app.call("GET", path, token=self.app.person(new_id(), Role.COUNSELOR), params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def episode(self, age_band: AgeBand = AgeBand.ADULT, phase: Phase = Phase.TREATMENT) -> Episode:
        """An episode as intake's events told it."""
        episode = Episode(new_id(), new_id(), self.facility, self.program, age_band, phase, 540)
        async with self.edge.transactions(self.edge.person(Role.SCHEDULER)) as tx:
            await keep_episode(tx, episode, 1)
        return episode

    def day(self, days: int = 1) -> date:
        """The local day so many days from today."""
        return (self.edge.clock.now() + timedelta(days=days)).date()

    def at(self, clock: str, days: int = 1) -> str:
        """A local time of that day, as a body has it."""
        return datetime.combine(self.day(days), time.fromisoformat(clock)).isoformat()

    def meeting(self, clock: str, *, days: int = 1, **changed: Any) -> dict[str, Any]:
        """A session of an hour with the lead in the first room."""
        return {
            "starts_local": self.at(clock, days),
            "minutes": 60,
            "clinician_id": str(self.staff["lead"]),
            "room_id": str(self.rooms[0]),
        } | changed

    async def session(self, clock: str, *, group: str = "therapy", days: int = 1, **changed: Any) -> dict[str, Any]:
        """A scheduled meeting of a group."""
        path = f"/v1/groups/{self.groups[group]}/sessions"
        answer = await self.post(path, self.meeting(clock, days=days, **changed), key=f"{new_id()}")
        assert answer.status_code == 201, answer.text
        planned: dict[str, Any] = answer.json()
        return planned

    async def book(self, session_id: str, episode: Episode) -> httpx2.Response:
        """A seat."""
        body = {"episode_id": str(episode.episode_id)}
        return await self.post(f"/v1/sessions/{session_id}/bookings", body, key=f"{new_id()}")

    def visit(self, episode: Episode, clock: str, **changed: Any) -> dict[str, Any]:
        """A visit for individual therapy, as a body."""
        asked = {"episode_id": str(episode.episode_id), "modality": "individual_therapy"}
        return asked | self.meeting(clock) | changed

    async def told(self, name: str) -> int:
        """How often an event of that name was told."""
        return (await self.edge.types()).count(name)

    async def claims(self) -> Mapping[str, int]:
        """How many clinicians, rooms and patients are taken some time."""
        rows = await self.edge.rows("select kind, count(*) from claim group by kind")
        return {row["kind"]: row["count"] for row in rows}


def reference(
    program: UUID,
    groups: Mapping[str, UUID],
    staff: Mapping[str, UUID],
    rooms: tuple[UUID, ...],
    *,
    jurisdiction: str,
    holidays: tuple[date, ...] = (),
) -> dict[str, Any]:
    """The document to publish."""
    track = str(new_id())
    return {
        "facility": {
            "neutral_name": "North Center",
            "callback_number": "+12025550100",
            "zone": ZONE,
            "jurisdiction": jurisdiction,
            "holidays": [day.isoformat() for day in holidays],
        },
        "programs": [
            {
                "program_id": str(program),
                "program_type": "IOP",
                "level_of_care": "2.1",
                "minutes_per_week": 540,
                "plans_weeks": True,
            }
        ],
        "tracks": [{"track_id": track, "program_id": str(program), "kind": "evening"}],
        "groups": [
            {"group_id": str(group_id), "track_id": track, "capacity": 8, **GROUPS[name]}
            for name, group_id in groups.items()
        ],
        "staff": [
            {
                "staff_id": str(staff_id),
                "roles": [STAFF[name][0]],
                "credentials": list(STAFF[name][1]),
                "languages": ["en", "es"],
            }
            for name, staff_id in staff.items()
        ],
        "rooms": [{"room_id": str(room), "seats": seats} for room, seats in zip(rooms, (12, 2), strict=True)],
    }


async def open_timetable(
    edge: ServiceEdge, *, jurisdiction: str = "US-NY", holidays: tuple[date, ...] = ()
) -> Timetable:
    """Publish the facility over HTTP and return it."""
    app = edge.app(
        reference_router,
        sessions_router,
        series_router,
        visits_router,
        bookings_router,
        worklist_router,
    )
    facility, program = new_id(), new_id()
    groups, staff = {name: new_id() for name in GROUPS}, {name: new_id() for name in STAFF}
    rooms = (new_id(), new_id())
    document = reference(program, groups, staff, rooms, jurisdiction=jurisdiction, holidays=holidays)
    token = app.person(new_id(), Role.ADMINISTRATOR)
    answer = await app.call("PUT", f"/v1/facilities/{facility}/reference", document, token=token, key="reference")
    assert answer.status_code == 200, answer.text
    return Timetable(edge, app, facility, program, groups, staff, rooms, new_id())
