"""A running platform, as a program outside of it sees it: addresses, tokens of people, the clock."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from stepwell_clients.intake import IntakeClient
from stepwell_clients.medication import MedicationClient
from stepwell_clients.notifications import NotificationsClient
from stepwell_clients.operations import OperationsClient
from stepwell_clients.scheduling import SchedulingClient
from stepwell_clients.tokens import RENEW_BEFORE_S
from stepwell_clients.transport import Transport
from stepwell_kernel.clock import ScaledTime, Segment
from stepwell_kernel.errors import Unavailable

PERSON_GRANT = "urn:stepwell:demo-person"
DEADLINE_S = 60.0

#: Domain seconds a second.
REAL_TIME = 1.0
SECONDS_PER_DAY = 24 * 60 * 60

#: How a call to the platform fails that nobody answered.
AWAY: tuple[type[Exception], ...] = (Unavailable, httpx2.HTTPError, OSError)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff at the APIs."""

    intake: IntakeClient
    scheduling: SchedulingClient
    medication: MedicationClient
    notifications: NotificationsClient
    operations: OperationsClient


class RenewedToken:
    """A person's token, kept until 30 s before it expires: a simulation lives longer than a token.

    `ask` returns a token and the seconds of machine time that it is good for.
    """

    def __init__(self, ask: Callable[[], Awaitable[tuple[str, float]]]) -> None:
        self._ask = ask
        self._known: tuple[str, float] | None = None
        self._asking = asyncio.Lock()

    async def token(self, audience: str, tenant: str | None) -> str:
        """The token, whoever is called."""
        del audience, tenant
        async with self._asking:
            if self._known is None or time.monotonic() >= self._known[1]:
                token, lifetime = await self._ask()
                self._known = token, time.monotonic() + lifetime - RENEW_BEFORE_S
            return self._known[0]


class RunningPlatform:
    """What `run.json` tells of a local platform, and calls in the name of its staff."""

    def __init__(self, run: Mapping[str, Any], http: httpx2.AsyncClient, *, deadline_s: float = DEADLINE_S) -> None:
        self._run = run
        self._http = http
        self._deadline_s = deadline_s

    @property
    def console(self) -> str:
        """The address of the console."""
        return self.url("console")

    def url(self, name: str) -> str:
        """The base URL of a service or another part that people and programs open."""
        return str(self._run["urls"][name])

    async def person(self, staff_id: UUID) -> Person:
        """A member of staff, signed in; Unavailable (`issuer_unavailable`)."""
        tokens = RenewedToken(lambda: self._sign_in(staff_id))
        await tokens.token("intake", None)

        def transport(service: str) -> Transport:
            return Transport(self._http, self._run["urls"][service], service, tokens, self._deadline_s)

        return Person(
            IntakeClient(transport("intake")),
            SchedulingClient(transport("scheduling")),
            MedicationClient(transport("medication")),
            NotificationsClient(transport("notifications")),
            OperationsClient(transport("operations")),
        )

    async def time(self) -> ScaledTime:
        """The map between wall and domain time that is in force."""
        document = await self._control("GET", "/clock")
        return ScaledTime(tuple(_segment(item) for item in document["segments"]))

    async def now(self) -> datetime:
        """Domain time."""
        return (await self.time()).domain_at(datetime.now(UTC))

    async def run_clock(self, factor: float) -> Segment:
        """Have domain time run `factor` times as fast, from some seconds ahead."""
        document = await self._control("POST", "/clock", {"factor": factor})
        return _segment(document["segment"])

    async def kill(self, part: str) -> None:
        """End a part's process without warning; the platform starts it again."""
        await self._control("POST", f"/parts/{part}/kill")

    async def _sign_in(self, staff_id: UUID) -> tuple[str, float]:
        """A person's token and its lifetime in seconds, by a grant that only the local issuer knows."""
        client = self._run["cli"]
        form = {"grant_type": PERSON_GRANT, "staff_id": str(staff_id)}
        try:
            answer = await self._http.post(
                f"{self._run['urls']['issuer']}/token", data=form, auth=(client["client_id"], client["client_secret"])
            )
            document = answer.raise_for_status().json()
            return document["access_token"], float(document["expires_in"])
        except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable("issuer_unavailable", "the token issuer gave no token") from error

    async def _control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        control = self._run["control"]
        answer = await self._http.request(
            method,
            f"{control['url']}{path}",
            json=body,
            headers={"Authorization": f"Bearer {control['token']}"},
        )
        document: dict[str, Any] = answer.raise_for_status().json()
        return document


def _segment(item: Mapping[str, Any]) -> Segment:
    return Segment(
        datetime.fromisoformat(item["wall_from"]),
        datetime.fromisoformat(item["domain_from"]),
        float(item["factor"]),
    )


@asynccontextmanager
async def running_platform(run_file: Path) -> AsyncIterator[RunningPlatform]:
    """The platform that a run file describes; Unavailable (`platform_not_running`) when there is none."""
    try:
        run = json.loads(run_file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise Unavailable("platform_not_running", "no platform runs here; `make run` starts one") from error
    async with httpx2.AsyncClient(timeout=30.0) as http:
        yield RunningPlatform(run, http)
