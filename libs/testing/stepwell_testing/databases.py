"""Databases for tests: a server per session, a template per service, a fresh copy per test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from stepwell_devstack.ports import choose_port
from stepwell_devstack.postgres import PostgresServer
from stepwell_devstack.roles import ROLES, prepare_database
from stepwell_kernel.ids import new_id
from stepwell_postgres.migrate import Migrations, migrate
from stepwell_postgres.pool import Connection

PASSWORD = "test"  # noqa: S105  of a server on loopback that ends with the tests
READY_WITHIN_S = 20.0

#: By files: through the log, as is the default, every copy would be written twice.
COPY = 'create database "{name}" template "template_{service}" owner "{service}_owner" strategy file_copy'
GRANT = 'revoke all on database "{name}" from public; grant connect, temporary on database "{name}" to {roles}'


@dataclass(frozen=True)
class TestDatabase:
    """A fresh copy of a service's database."""

    __test__ = False

    name: str
    service: str
    address: str

    @property
    def superuser_url(self) -> str:
        """The URL for looking past all policies."""
        return f"postgresql://postgres:{PASSWORD}@{self.address}/{self.name}"

    def url(self, role: str) -> str:
        """The URL for a role: owner, app or relay."""
        return f"postgresql://{self.service}_{role}:{PASSWORD}@{self.address}/{self.name}"


@dataclass
class TestServer:
    """A server with the templates made so far."""

    __test__ = False

    superuser_url: str
    address: str
    connection: Connection
    templates: set[str] = field(default_factory=set)
    making: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fresh(self, service: str, migrations: Migrations) -> TestDatabase:
        """A copy of the service's template, which is migrated once a session."""
        async with self.making:
            if service not in self.templates:
                await self._make_template(service, migrations)
                self.templates.add(service)
            name = f"test_{new_id().hex}"
            await self.connection.execute(COPY.format(name=name, service=service))
            await self.connection.execute(
                GRANT.format(name=name, roles=", ".join(f"{service}_{role}" for role in ROLES))
            )
        return TestDatabase(name, service, self.address)

    async def drop(self, database: TestDatabase) -> None:
        """Drop the copy with whoever is still connected."""
        async with self.making:
            await self.connection.execute(f'drop database "{database.name}" with (force)')

    async def _make_template(self, service: str, migrations: Migrations) -> None:
        template = f"template_{service}"
        passwords = {f"{service}_{role}": PASSWORD for role in ROLES}
        await prepare_database(self.superuser_url, template, passwords, prefix=service)
        await migrate(TestDatabase(template, service, self.address).url("owner"), migrations)


@asynccontextmanager
async def running_server(folder: Path) -> AsyncIterator[TestServer]:
    """A PostgreSQL server in a folder, for as long as the block."""
    server = PostgresServer(folder / "pg", choose_port(0), PASSWORD, folder / "postgres.log", durable=False)
    child = await server.start()
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            while not await server.is_ready(child.pid):
                await asyncio.sleep(0.02)
        connection = await asyncpg.connect(server.superuser_url, ssl=False)
        yield TestServer(server.superuser_url, server.address, connection)
        await connection.close()
    finally:
        await child.stop()
