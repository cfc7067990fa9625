"""Fixtures on real parts. A part that is missing fails the test that asks for it."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from importlib import import_module

import pytest
import pytest_asyncio
import uvloop
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from stepwell_devstack.temporal import SEARCH_ATTRIBUTES, workflow_test_server
from stepwell_messaging.serving import migrations_of
from stepwell_postgres.pool import open_pool
from stepwell_testing.applications import Applications
from stepwell_testing.databases import TestServer, running_server
from stepwell_testing.edge import ServiceEdge, edge_on
from stepwell_testing.tokens import TestIssuer

OpenEdge = Callable[[str], Awaitable[ServiceEdge]]

STARTS_WITHIN = timedelta(seconds=60)


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Tests run on the event loop of the services."""
    return {"uvloop": uvloop.new_event_loop}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestServer]:
    """A PostgreSQL server for the session."""
    async with running_server(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def issuer() -> TestIssuer:
    """Whose tokens the applications of the session take."""
    return TestIssuer()


@pytest.fixture(scope="session")
def applications(issuer: TestIssuer) -> Applications:
    """The applications that tests of the session share."""
    return Applications(issuer)


@pytest_asyncio.fixture(loop_scope="session")
async def open_edge(postgres_server: TestServer, applications: Applications) -> AsyncIterator[OpenEdge]:
    """Opens the edge of the named service on a fresh database."""
    async with AsyncExitStack() as stack:

        async def open_one(service: str) -> ServiceEdge:
            package = inspect.getfile(import_module(f"stepwell_{service}"))
            database = await postgres_server.fresh(service, migrations_of(package))
            stack.push_async_callback(postgres_server.drop, database)
            pool = await open_pool(database.url("app"), application="test")
            stack.push_async_callback(pool.close)
            return edge_on(service, database, pool, applications)

        yield open_one


@pytest_asyncio.fixture(loop_scope="session")
async def workflow_environment() -> AsyncIterator[WorkflowEnvironment]:
    """A server that skips time; one per test, since time is global to it and runs far ahead."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=workflow_test_server(),
        test_server_startup_timeout=STARTS_WITHIN,
        data_converter=pydantic_data_converter,
    )
    async with environment:
        await register_search_attributes(environment)
        yield environment


async def register_search_attributes(environment: WorkflowEnvironment) -> None:
    """Those of the platform, which a test server does not know by itself."""
    await environment.client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(search_attributes=_search_attributes())
    )


def _search_attributes() -> dict[str, "IndexedValueType.ValueType"]:
    pairs = (attribute.split("=") for attribute in SEARCH_ATTRIBUTES)
    return {name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}") for name, kind in pairs}
