"""Keys, a Temporal server on disk, and a database that holds the platform's tables."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from libs.temporal.tests.parts import Book, RunningTemporal, running_temporal
from stepwell_messaging.migrations import PLATFORM_FOLDERS
from stepwell_messaging.outbox import OutboxWriter
from stepwell_messaging.topics import load_topics
from stepwell_postgres.migrate import Migrations
from stepwell_postgres.pool import open_pool
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.keys import FileKeys
from stepwell_testing.clock import MutableClock
from stepwell_testing.databases import TestServer

NOWHERE = Path("/nonexistent")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> FileKeys:
    """A keys file with one payload key."""
    file = tmp_path_factory.mktemp("keys") / "keys.json"
    key = base64.b64encode(b"k" * 32).decode()
    file.write_text(json.dumps({"payload_keys": {"current": "p1", "keys": {"p1": key}}}))
    return FileKeys(file)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def temporal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningTemporal]:
    """A server with its data on disk."""
    async with running_temporal(tmp_path_factory.mktemp("temporal")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def book(postgres_server: TestServer) -> AsyncIterator[Book]:
    """Transactions on a fresh database."""
    database = await postgres_server.fresh("book", Migrations(PLATFORM_FOLDERS, NOWHERE, NOWHERE))
    pool = await open_pool(database.url("app"), application="test")
    writer = OutboxWriter("intake", load_topics())
    yield Book(database, Transactions(pool, MutableClock(), writer, lambda: None))
    await pool.close()
    await postgres_server.drop(database)
