"""A service's edge for tests: its transactions on a fresh database, and its application with signed tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
from fastapi import APIRouter

from stepwell_kernel.caller import Caller, CallerKind
from stepwell_messaging.headers import from_headers, unpack
from stepwell_messaging.outbox import OutboxWriter
from stepwell_postgres.pool import Pool
from stepwell_postgres.transaction import Transactions
from stepwell_testing.applications import Applications, MakeRouter, Serve
from stepwell_testing.clock import MutableClock
from stepwell_testing.databases import TestDatabase
from stepwell_testing.records import TOPICS
from stepwell_testing.tokens import TestIssuer

TENANT = "riverbend"
OTHER_TENANT = "harborlight"


@dataclass(frozen=True)
class Published:
    """An event in the outbox."""

    type: str
    version: int
    key: str
    episode_id: UUID | None
    cause: str | None
    payload: bytes


@dataclass(frozen=True)
class ServiceEdge:
    """Transactions of a service on a fresh database, as the application's role."""

    service: str
    database: TestDatabase
    pool: Pool
    clock: MutableClock
    transactions: Transactions
    applications: Applications

    @property
    def issuer(self) -> TestIssuer:
        """Whose tokens its applications take."""
        return self.applications.issuer

    async def outbox(self) -> list[Published]:
        """What was written to the outbox, in order."""
        rows = await self.rows("select key, headers, payload from outbox order by id")
        events = []
        for row in rows:
            envelope = from_headers(unpack(row["headers"]))
            events.append(
                Published(
                    envelope.type,
                    envelope.version,
                    row["key"],
                    envelope.episode,
                    envelope.cause,
                    row["payload"],
                )
            )
        return events

    async def types(self) -> list[str]:
        """The types in the outbox without prefix and version, in order."""
        return [event.type.split(".")[2] for event in await self.outbox()]

    async def rows(self, statement: str, *arguments: object) -> Sequence[asyncpg.Record]:
        """Rows as a superuser sees them, past all policies."""
        connection = await asyncpg.connect(self.database.superuser_url, ssl=False)
        try:
            return await connection.fetch(statement, *arguments)
        finally:
            await connection.close()

    async def value(self, statement: str, *arguments: object) -> Any:
        """One value as a superuser sees it."""
        rows = await self.rows(statement, *arguments)
        return rows[0][0] if rows else None

    def person(self, *roles: str, staff_id: UUID | None = None, tenant: str = TENANT) -> Caller:
        """A person as caller, of all facilities."""
        return Caller(CallerKind.PERSON, tenant, "person", frozenset(roles), None, staff_id)

    def app(self, *makers: MakeRouter) -> "TestApp":
        """The application with the routers that these make, called in process; tests with the same ones share it."""
        return self._called(self.applications.on(self.transactions, self.service, makers))

    def own_app(self, *routers: APIRouter) -> "TestApp":
        """An application with routers that hold parts of this test, called in process."""
        return self._called(self.applications.build(self.service, routers))

    def _called(self, app: Serve) -> "TestApp":
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        return TestApp(httpx2.AsyncClient(transport=transport, base_url="http://test"), self)


@dataclass(frozen=True)
class TestApp:
    """Calls an application as a person or a service would."""

    __test__ = False

    http: httpx2.AsyncClient
    edge: ServiceEdge

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        token: str,
        key: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """One request with a token, and with a key where it is a command."""
        headers = {"Authorization": f"Bearer {token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.http.request(method, path, json=body, headers=headers, params=params)

    def person(self, staff_id: UUID, *roles: str, tenant: str = TENANT, facilities: tuple[UUID, ...] = ()) -> str:
        """A person's token for this service."""
        return self.edge.issuer.person(self.edge.service, staff_id, *roles, tenant=tenant, facilities=facilities)

    def service(self, name: str, *, tenant: str = TENANT) -> str:
        """A service's token for this service."""
        return self.edge.issuer.service(self.edge.service, name, tenant=tenant)


def edge_on(service: str, database: TestDatabase, pool: Pool, applications: Applications) -> ServiceEdge:
    """The edge of a service; nothing is woken after a commit."""
    clock = MutableClock()
    writer = OutboxWriter(service, TOPICS)
    return ServiceEdge(service, database, pool, clock, Transactions(pool, clock, writer, _nobody), applications)


def _nobody() -> None:
    """No relay waits in a test."""
