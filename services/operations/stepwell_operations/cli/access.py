"""How the command line reaches a running platform: by its run file, in its own name."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from pydantic import ValidationError

from stepwell_clients.operations import OperationsClient
from stepwell_clients.tokens import ServiceTokens
from stepwell_clients.transport import Transport
from stepwell_contracts.base import Value
from stepwell_kernel.errors import Unavailable

#: A part that is being restarted is back by then; a platform that is gone is not waited for much longer.
DEADLINE_S = 4.0


class Addresses(Value):
    """The base URLs that are needed here."""

    issuer: str
    operations: str


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


def run_file() -> Path:
    """Where a platform says that it runs: below STEPWELL_HOME, else in `.stepwell` of the working directory."""
    return Path(os.environ.get("STEPWELL_HOME") or ".stepwell") / "run.json"


@asynccontextmanager
async def operations_of(path: Path, tenant: str) -> AsyncIterator[OperationsClient]:
    """The operations of the platform that a run file describes.

    Raises Unavailable (`platform_not_running`).
    """
    try:
        run = RunFile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        detail = f"no platform runs here ({path} does not describe one); `make run` starts it"
        raise Unavailable("platform_not_running", detail) from error
    async with httpx2.AsyncClient(timeout=DEADLINE_S) as http:
        tokens = ServiceTokens(http, run.urls.issuer, run.cli.client_id, run.cli.client_secret)
        transport = Transport(http, run.urls.operations, "operations", OneTenant(tokens, tenant), DEADLINE_S)
        yield OperationsClient(transport)
