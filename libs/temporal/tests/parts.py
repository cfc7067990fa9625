"""A Temporal server that can be killed, and a database to act on."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from stepwell_devstack.ports import choose_port
from stepwell_devstack.processes import Child
from stepwell_devstack.temporal import TemporalServer
from stepwell_postgres.transaction import Transactions
from stepwell_testing.databases import TestDatabase
from stepwell_testing.eventually import eventually

NAMESPACE = "stepwell"


@dataclass
class RunningTemporal:
    """A server and its process."""

    server: TemporalServer
    child: Child

    @property
    def address(self) -> str:
        """host:port."""
        return self.server.address

    async def kill_and_restart(self) -> None:
        """kill -9, then a new process on the same port and data."""
        os.kill(self.child.pid, signal.SIGKILL)
        await self.child.wait()
        self.child = await self.server.start()
        await eventually(self.server.is_ready, within_s=20)


@asynccontextmanager
async def running_temporal(folder: Path) -> AsyncIterator[RunningTemporal]:
    """A server in a folder, for as long as the block."""
    server = TemporalServer(folder / "temporal.db", choose_port(0), 0, NAMESPACE, folder / "temporal.log")
    running = RunningTemporal(server, await server.start())
    try:
        await eventually(server.is_ready, within_s=20)
        yield running
    finally:
        await asyncio.shield(running.child.stop())


@dataclass(frozen=True)
class Book:
    """The edge of activities on a fresh database."""

    database: TestDatabase
    transactions: Transactions

    async def value(self, statement: str, *arguments: object) -> Any:
        """One value as a superuser sees it."""
        connection = await asyncpg.connect(self.database.superuser_url, ssl=False)
        try:
            return await connection.fetchval(statement, *arguments)
        finally:
            await connection.close()
