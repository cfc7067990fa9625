"""How the command line reaches a running platform: by its run file, in its own name or that of a member of staff."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import httpx2
from pydantic import ValidationError

from stepwell_clients.intake import IntakeClient
from stepwell_clients.operations import OperationsClient
from stepwell_clients.tokens import RENEW_BEFORE_S, PersonToken, ServiceTokens, TokenSource
from stepwell_clients.transport import Transport
from stepwell_contracts.base import Value
from stepwell_kernel.errors import Forbidden, Unavailable
from stepwell_runtime.http.certificates import certificates

#: A part that is being restarted is back by then; a platform that is gone is not waited for much longer.
DEADLINE_S = 4.0
#: Work under way waits out the restart of a service.
PATIENT_DEADLINE_S = 60.0

#: A person's token in one call; the local issuer alone knows this grant.
PERSON_GRANT = "urn:stepwell:demo-person"

#: The organisation that is looked at when nobody names one.
OWN_TENANT = "riverbend"


@dataclass(frozen=True, slots=True)
class Asker:
    """In whose name the platform is asked: a member of staff, else whoever brought a token, else the command line.

    The token is that in STEPWELL_TOKEN; the command line itself looks at one tenant.
    """

    tenant: str = OWN_TENANT
    staff_id: UUID | None = None

    @classmethod
    def of_parameters(cls, given: Mapping[str, Any]) -> Self:
        """Who asks, by the parameters of a command as far as they are typed."""
        return cls(given.get("tenant") or OWN_TENANT, given.get("staff"))


class Addresses(Value):
    """The base URLs that are needed here."""

    issuer: str
    operations: str
    intake: str | None = None


class Client(Value):
    """The client that the command line is at the issuer."""

    client_id: str
    client_secret: str


class RunFile(Value):
    """What a platform tells of itself in `run.json`."""

    urls: Addresses
    cli: Client


class OneTenant:
    """Tokens of a client for one tenant, whoever is called."""

    def __init__(self, tokens: ServiceTokens, tenant: str) -> None:
        self._tokens = tokens
        self._tenant = tenant

    async def token(self, audience: str, tenant: str | None) -> str:
        """A token for the callee."""
        return await self._tokens.token(audience, tenant or self._tenant)


class StaffToken:
    """The token of a member of staff at the local issuer, kept until 30 s before it expires."""

    def __init__(self, http: httpx2.AsyncClient, run: RunFile, staff_id: UUID) -> None:
        self._http = http
        self._run = run
        self._staff_id = staff_id
        self._known: tuple[str, float] | None = None
        self._asking = asyncio.Lock()

    async def token(self, audience: str, tenant: str | None) -> str:
        """The token, whoever is called; Forbidden (`staff_unknown`), Unavailable (`issuer_unavailable`)."""
        del audience, tenant
        async with self._asking:
            if self._known is None or time.monotonic() >= self._known[1]:
                self._known = await self._ask()
            return self._known[0]

    async def _ask(self) -> tuple[str, float]:
        form = {"grant_type": PERSON_GRANT, "staff_id": str(self._staff_id)}
        client = self._run.cli
        try:
            answer = await self._http.post(
                f"{self._run.urls.issuer}/token", data=form, auth=(client.client_id, client.client_secret)
            )
            if answer.is_client_error:
                raise Forbidden("staff_unknown", "the issuer signs nobody in under this id")
            document = answer.raise_for_status().json()
            return document["access_token"], time.monotonic() + float(document["expires_in"]) - RENEW_BEFORE_S
        except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable("issuer_unavailable", "the token issuer gave no token") from error


def run_file() -> Path:
    """Where a platform says that it runs: below STEPWELL_HOME, else in `.stepwell` of the working directory."""
    return Path(os.environ.get("STEPWELL_HOME") or ".stepwell") / "run.json"


@asynccontextmanager
async def operations_of(path: Path, asker: Asker) -> AsyncIterator[OperationsClient]:
    """The operations of the platform that a run file describes.

    Raises Unavailable (`platform_not_running`).
    """
    run = _read(path)
    async with httpx2.AsyncClient(timeout=DEADLINE_S, verify=certificates()) as http:
        tokens = _person(http, run, asker.staff_id)
        if tokens is None:
            own = ServiceTokens(http, run.urls.issuer, run.cli.client_id, run.cli.client_secret)
            tokens = OneTenant(own, asker.tenant)
        yield OperationsClient(Transport(http, run.urls.operations, "operations", tokens, DEADLINE_S))


@asynccontextmanager
async def intake_of(path: Path, staff_id: UUID | None) -> AsyncIterator[IntakeClient]:
    """Intake of the platform that a run file describes, for a member of staff.

    Without an id it is for whom the token in STEPWELL_TOKEN stands; with one the local issuer signs in, which knows
    demonstration staff only. Raises Unavailable (`platform_not_running`), Forbidden (`staff_missing`).
    """
    run = _read(path)
    if run.urls.intake is None:
        raise _not_running(path)
    async with httpx2.AsyncClient(timeout=DEADLINE_S, verify=certificates()) as http:
        tokens = _person(http, run, staff_id)
        if tokens is None:
            raise Forbidden("staff_missing", "say who does this: --as ID, or a token in STEPWELL_TOKEN")
        yield IntakeClient(Transport(http, run.urls.intake, "intake", tokens, PATIENT_DEADLINE_S))


def _person(http: httpx2.AsyncClient, run: RunFile, staff_id: UUID | None) -> TokenSource | None:
    if staff_id is not None:
        return StaffToken(http, run, staff_id)
    brought = os.environ.get("STEPWELL_TOKEN")
    return PersonToken(brought) if brought else None


def _read(path: Path) -> RunFile:
    try:
        return RunFile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise _not_running(path) from error


def _not_running(path: Path) -> Unavailable:
    return Unavailable(
        "platform_not_running", f"no platform runs here ({path} does not describe one); `make run` starts it"
    )
