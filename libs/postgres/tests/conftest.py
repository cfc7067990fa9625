"""A database that holds this library's own tables and nothing else."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio

from stepwell_kernel.caller import Caller, CallerKind
from stepwell_postgres.migrate import PLATFORM, Migrations
from stepwell_postgres.pool import Pool, open_pool
from stepwell_postgres.transaction import Emission, Transaction, Transactions
from stepwell_testing.clock import MutableClock
from stepwell_testing.databases import TestDatabase, TestServer

NOWHERE = Path("/nonexistent")
OWN_TABLES = Migrations((PLATFORM,), NOWHERE, NOWHERE)


@dataclass
class Ledger:
    """Transactions on a fresh database; what they emit is kept here at commit, where messaging has its outbox."""

    database: TestDatabase
    pool: Pool
    clock: MutableClock = field(default_factory=MutableClock)
    written: list[Emission] = field(default_factory=list)
    woken: int = 0

    def open(self, *, tenant: str = "riverbend") -> AbstractAsyncContextManager[Transaction]:
        """A transaction of a counselor."""
        return self.transactions()(counselor(tenant))

    def transactions(self) -> Transactions:
        """The edge."""
        return Transactions(self.pool, self.clock, self._write, self._wake)

    async def value(self, statement: str, *arguments: object) -> Any:
        """One value as the superuser sees it."""
        connection = await asyncpg.connect(self.database.superuser_url, ssl=False)
        try:
            return await connection.fetchval(statement, *arguments)
        finally:
            await connection.close()

    async def _write(self, tx: Transaction) -> None:
        self.written += tx.emissions
        tx.emissions.clear()

    def _wake(self) -> None:
        self.woken += 1


OpenPool = Callable[[], Pool]


def counselor(tenant: str = "riverbend") -> Caller:
    """A person with a role and all facilities."""
    return Caller(CallerKind.PERSON, tenant, "person-1", frozenset({"counselor"}))


@pytest_asyncio.fixture(loop_scope="session")
async def database(postgres_server: TestServer) -> AsyncIterator[TestDatabase]:
    """A fresh database."""
    fresh = await postgres_server.fresh("ledger", OWN_TABLES)
    yield fresh
    await postgres_server.drop(fresh)


@pytest_asyncio.fixture(loop_scope="session")
async def ledger(database: TestDatabase) -> AsyncIterator[Ledger]:
    """Transactions on it, as the application's role."""
    pool = await open_pool(database.url("app"), application="test", most=4)
    yield Ledger(database, pool)
    await pool.close()
