"""The console on its own port, signed in to through the real local issuer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.operations.tests.command_line import CommandLine
from services.operations.tests.open_console import LocalIssuer, OpenConsole, running_console
from stepwell_devstack.issuer.app import issuer_app
from stepwell_devstack.issuer.signing import load_or_make
from stepwell_devstack.loopback import serve_http
from stepwell_devstack.ports import choose_port
from stepwell_devstack.services import SERVICE_NAMES
from stepwell_testing.plugin import OpenEdge


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def local_issuer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalIssuer]:
    """The issuer of the local platform."""
    port = choose_port(0)
    secrets = {name: f"secret of {name}" for name in (*SERVICE_NAMES, "cli")}
    key = load_or_make(tmp_path_factory.mktemp("issuer") / "signing-key.json")
    issuer = LocalIssuer(f"http://127.0.0.1:{port}", secrets)
    async with serve_http(issuer_app(issuer.url, key, secrets), port):
        yield issuer


@pytest_asyncio.fixture(loop_scope="session")
async def console(open_edge: OpenEdge, local_issuer: LocalIssuer) -> AsyncIterator[OpenConsole]:
    """A console with nothing in it, whose platform is itself and a part that does not answer."""
    async with running_console(await open_edge("operations"), local_issuer) as opened:
        yield opened


@pytest.fixture
def stepwell(console: OpenConsole, tmp_path: Path) -> CommandLine:
    """The command line of a platform that is the console's."""
    command = CommandLine(tmp_path)
    command.write_run_file(issuer=console.issuer.url, operations=console.url)
    return command
