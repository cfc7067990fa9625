"""The command line in the name of a member of staff, signed in by the real local issuer."""

from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from services.operations.tests.open_console import COUNSELOR, LocalIssuer
from stepwell_devstack.ports import choose_port
from stepwell_kernel.errors import Forbidden, Unavailable
from stepwell_kernel.ids import new_id
from stepwell_operations.cli.access import Addresses, Client, RunFile, StaffToken


@pytest.fixture
def run(local_issuer: LocalIssuer) -> RunFile:
    urls = Addresses(issuer=local_issuer.url, operations="http://127.0.0.1:1")
    return RunFile(urls=urls, cli=Client(client_id="cli", client_secret=local_issuer.secrets["cli"]))


@pytest_asyncio.fixture(loop_scope="session")
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient() as client:
        yield client


async def test_a_token_is_asked_for_once(run: RunFile, http: httpx2.AsyncClient) -> None:
    staff = StaffToken(http, run, COUNSELOR)
    first = await staff.token("intake", None)
    assert first.count(".") == 2
    assert await staff.token("scheduling", "riverbend") == first


async def test_nobody_signs_in_under_an_unknown_id(run: RunFile, http: httpx2.AsyncClient) -> None:
    with pytest.raises(Forbidden) as caught:
        await StaffToken(http, run, new_id()).token("intake", None)
    assert caught.value.code == "staff_unknown"


async def test_without_an_issuer_there_is_no_token(run: RunFile, http: httpx2.AsyncClient) -> None:
    away = run.model_copy(update={"urls": run.urls.model_copy(update={"issuer": f"http://127.0.0.1:{choose_port(0)}"})})
    with pytest.raises(Unavailable) as caught:
        await StaffToken(http, away, COUNSELOR).token("intake", None)
    assert caught.value.code == "issuer_unavailable"
