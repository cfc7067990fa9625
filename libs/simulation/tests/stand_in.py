"""A platform at the HTTP edge: worklists as they are set, a clock that is set by hand, and what was sent."""

import heapq
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx2

from stepwell_contracts.http.common import Worklist, WorklistRow
from stepwell_contracts.http.intake import EpisodeView
from stepwell_kernel.clock import ScaledTime
from stepwell_kernel.codes import AgeBand, Phase, Role
from stepwell_kernel.ids import derived_id
from stepwell_simulation.cohort import stratified
from stepwell_simulation.conduct import Conduct
from stepwell_simulation.draws import Draws
from stepwell_simulation.living.agenda import Agenda
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.clock import LiveClock
from stepwell_simulation.living.entries import Entries
from stepwell_simulation.living.houses import RIVERBEND
from stepwell_simulation.living.office import Answer, Office
from stepwell_simulation.living.pace import Pace
from stepwell_simulation.living.phones import Phones
from stepwell_simulation.living.world import World
from stepwell_simulation.network import demo_id
from stepwell_simulation.platform import RunningPlatform

#: A Monday, 9:00 in New York.
MONDAY = datetime(2026, 3, 2, 14, tzinfo=UTC)
#: A call that nobody answers is given up soon.
DEADLINE_S = 0.1
SERVICES = ("intake", "scheduling", "medication", "notifications", "operations", "issuer", "sms", "mailbox")
EPISODE = re.compile(r"/v1/episodes/([^/]+)")
RUN = {
    "urls": {name: f"http://{name}" for name in SERVICES},
    "cli": {"client_id": "cli", "client_secret": "secret"},
    "control": {"url": "http://control", "token": "control"},
}


class HandClock(LiveClock):
    """Domain time as the test sets it; the pace is asked for all the same."""

    at = MONDAY

    def now(self) -> datetime:
        return self.at


@dataclass
class StandIn:
    """Answers as the services would. `factors` are the paces asked for, `lag_s` how far the platform is behind.

    The `silent` parts do not tell what waits at them. `tokens` counts the tokens that were given; each is good for
    `lifetime_s`. `closed` are the episodes that are; all others are in aftercare.
    """

    rows: list[WorklistRow] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)
    lag_s: float = 0.0
    silent: list[str] = field(default_factory=list)
    is_away: bool = False
    tokens: int = 0
    lifetime_s: float = 3600.0
    closed: set[UUID] = field(default_factory=set)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if self.is_away:
            return httpx2.Response(503, json={})
        match request.url.host, request.url.path:
            case "issuer", _:
                self.tokens += 1
                return httpx2.Response(200, json={"access_token": f"{self.tokens}", "expires_in": self.lifetime_s})
            case "control", "/clock":
                return httpx2.Response(200, json=self._clock(request))
            case "operations", "/v1/status":
                return httpx2.Response(200, json=self._status())
            case "intake", "/v1/worklist":
                page = Worklist(rows=tuple(self.rows))
                return httpx2.Response(200, content=page.model_dump_json())
            case "mailbox", "/messages.json":
                return httpx2.Response(200, json={"messages": []})
            case "intake", "/v1/referrals":
                problem = {"type": "", "title": "", "status": 409, "code": "facility_closed", "detail": ""}
                return httpx2.Response(409, json=problem)
            case _, "/v1/worklist":
                return httpx2.Response(200, json={"rows": []})
            case "intake", path if known := EPISODE.fullmatch(path):
                return httpx2.Response(200, content=self._episode(UUID(known[1])))
        return httpx2.Response(404, json={})

    def _episode(self, episode_id: UUID) -> str:
        view = EpisodeView(
            episode_id=episode_id,
            patient_id=episode_id,
            facility_id=RIVERBEND.facility_id,
            program_id=RIVERBEND.intensive,
            age_band=AgeBand.ADULT,
            phase=Phase.CLOSED if episode_id in self.closed else Phase.AFTERCARE,
            part=None,
            prescribed_minutes_per_week=RIVERBEND.minutes,
            received_at=MONDAY,
            tasks=(),
        )
        return view.model_dump_json()

    def _clock(self, request: httpx2.Request) -> dict[str, object]:
        if request.method == "POST":
            self.factors.append(json.loads(request.content)["factor"])
        segments = [
            {"wall_from": MONDAY.isoformat(), "domain_from": MONDAY.isoformat(), "factor": factor}
            for factor in self.factors[-1:]
        ]
        return {"segments": segments, "segment": segments[-1] if segments else None}

    def _status(self) -> dict[str, object]:
        return {
            "at": MONDAY.isoformat(),
            "parts": [],
            "journeys_by_phase": {},
            "parked_keys": 0,
            "oldest_outbox_seconds": 0.0,
            "worst_lag_seconds": self.lag_s,
            "silent": self.silent,
        }

    def http(self) -> httpx2.AsyncClient:
        """A client to which this answers."""
        return httpx2.AsyncClient(transport=httpx2.MockTransport(self.answer))

    def platform(self) -> RunningPlatform:
        """The platform, as a program outside of it sees it."""
        return RunningPlatform(RUN, self.http(), deadline_s=DEADLINE_S)


def hand_clock(stand_in: StandIn) -> HandClock:
    """The clock at the start of a Monday."""
    return HandClock(stand_in.platform(), ScaledTime())


def row(kind: str, number: int, case: Case, due_at: datetime = MONDAY + timedelta(days=2)) -> WorklistRow:
    """A row about a patient."""
    return WorklistRow(
        kind=kind,
        subject_id=derived_id(demo_id(0), kind, str(number)),
        episode_id=case.episode_id,
        facility_id=RIVERBEND.facility_id,
        role=Role.COUNSELOR,
        due_at=due_at,
        command="POST /v1/somewhere",
    )


def case_of(number: int) -> Case:
    """The patient of that number in a stratified cohort."""
    profile = stratified(1, 8, MONDAY.date())[number - 1]
    return Case(profile, Conduct(profile), RIVERBEND, "sim-1", episode(number), derived_id(demo_id(0), f"p{number}"))


def episode(number: int) -> UUID:
    """The episode of the patient of that number."""
    return derived_id(demo_id(0), "episode", str(number))


async def office_of(stand_in: StandIn, clock: HandClock, answers: Mapping[str, Answer], *cases: Case) -> Office:
    """The office of Riverbend, which knows these patients, and how to answer kinds of rows of intake."""
    platform = stand_in.platform()
    people = {staff_id: await platform.person(staff_id) for staff_id in RIVERBEND.staff.values()}
    operator = people[RIVERBEND.staff_of(Role.SUPERVISOR)]
    phones = Phones(stand_in.http(), platform.url("sms"), platform.url("mailbox"))
    return Office(
        house=RIVERBEND,
        people=people,
        clock=clock,
        agenda=Agenda(),
        cases={case.episode_id: case for case in cases},
        draws=Draws(1, ("riverbend",)),
        answers={"intake": answers, "scheduling": {}, "medication": {}, "notifications": {}},
        world=World(platform, phones, Pace(clock, operator, lambda: 1.0, timedelta)),
        entries=Entries(),
    )


async def do_all(agenda: Agenda, clock: HandClock, until: datetime) -> list[tuple[datetime, str]]:
    """Do what is on the agenda until an instant, to which the clock runs: what was done and when."""
    entries, done = agenda._entries, []
    while entries and entries[0].at <= until:
        entry = heapq.heappop(entries)
        clock.at = max(clock.at, entry.at)
        done.append((clock.at, entry.name))
        await agenda._run(entry, clock.now)
    clock.at = until
    return done
