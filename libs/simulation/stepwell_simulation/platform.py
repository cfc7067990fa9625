"""A running platform, as a program outside of it sees it: addresses, tokens of people, the clock."""

import json
from collections.abc import AsyncIterator, Mapping
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
from stepwell_clients.tokens import PersonToken
from stepwell_clients.transport import Transport
from stepwell_kernel.clock import ScaledTime, Segment
from stepwell_kernel.errors import Unavailable

PERSON_GRANT = "urn:stepwell:demo-person"
DEADLINE_S = 60.0


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff at the APIs."""

    intake: IntakeClient
    scheduling: SchedulingClient
    medication: MedicationClient
    notifications: NotificationsClient
    operations: OperationsClient


class RunningPlatform:
    """What `run.json` tells of a local platform, and calls in the name of its staff."""

    def __init__(self, run: Mapping[str, Any], http: httpx2.AsyncClient, *, deadline_s: float = DEADLINE_S) -> None:
        self._run = run
        self._http = http
        self._deadline_s = deadline_s

    @property
    def console(self) -> str:
        """The address of the console."""
        return str(self._run["urls"]["console"])

    async def person(self, staff_id: UUID) -> Person:
        """A member of staff, signed in."""
        tokens = PersonToken(await self.token(staff_id))

        def transport(service: str) -> Transport:
            return Transport(self._http, self._run["urls"][service], service, tokens, self._deadline_s)

        return Person(
            IntakeClient(transport("intake")),
            SchedulingClient(transport("scheduling")),
            MedicationClient(transport("medication")),
            NotificationsClient(transport("notifications")),
            OperationsClient(transport("operations")),
        )

    async def token(self, staff_id: UUID) -> str:
        """A person's token, by a grant that only the local issuer knows."""
        client = self._run["cli"]
        answer = await self._http.post(
            f"{self._run['urls']['issuer']}/token",
            data={"grant_type": PERSON_GRANT, "staff_id": str(staff_id)},
            auth=(client["client_id"], client["client_secret"]),
        )
        token: str = answer.raise_for_status().json()["access_token"]
        return token

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
