"""The transaction that an edge opens and everything below it writes through."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from stepwell_contracts.base import Event
from stepwell_kernel.access import Action, Resource, authorize
from stepwell_kernel.caller import Caller
from stepwell_kernel.clock import Clock
from stepwell_kernel.errors import Bug, Forbidden, Invalid, NotFound, Unavailable
from stepwell_postgres.audit import AuditEntry, write_audit
from stepwell_postgres.pool import TRANSIENT_ERRORS, UNSTORABLE_TEXT, Connection, Pool

_PROPAGATOR = TraceContextTextMapPropagator()
_TENANT = re.compile(r"[a-z][a-z0-9-]{1,30}")


class StreamKind(StrEnum):
    """What a stream of events is about."""

    PATIENT = "patient"
    FACILITY = "facility"


@dataclass(frozen=True, slots=True)
class Stream:
    """The events of one service about one patient or facility of a tenant; its versions count from 1 without a gap."""

    tenant: str
    kind: StreamKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Emission:
    """An event on its way into the outbox, with the version that its stream gave it."""

    stream: Stream
    version: int
    event: Event
    episode_id: UUID | None
    key: str
    caller: Caller
    at: datetime
    traceparent: str | None


BeforeCommit = Callable[["Transaction"], Awaitable[None]]


@dataclass(slots=True)
class Transaction:
    """One database transaction: the connection, the caller, domain time, and what is written at its end.

    `now` is one instant for the whole transaction. `versions` holds the streams locked so far; emitting to a stream
    that is not locked is a bug.
    """

    connection: Connection
    caller: Caller
    now: datetime
    flush: BeforeCommit
    versions: dict[Stream, int] = field(default_factory=dict)
    emissions: list[Emission] = field(default_factory=list)
    emitted: int = 0
    audits: list[AuditEntry] = field(default_factory=list)
    denials: list[AuditEntry] = field(default_factory=list)

    @property
    def tenant(self) -> str:
        """The tenant whose rows this transaction sees."""
        return self.caller.tenant

    def authorize(self, action: Action, resource: Resource) -> None:
        """Let the caller pass and note it for the audit, or raise Forbidden or NotFound and note the denial."""
        entry = AuditEntry.of(self.caller, action.name, resource, self.now)
        try:
            authorize(self.caller, action, resource)
        except (Forbidden, NotFound) as error:
            self.denials.append(entry.denied(error.code))
            raise
        self.audits.append(entry)

    def emit(self, stream: Stream, event: Event, *, episode_id: UUID | None = None, key: str | None = None) -> None:
        """Add an event to the outbox at commit; its version is the next of the stream, which must be locked.

        `key` is the record's key where it is not the stream's id (reference data: `<kind>/<id>`).
        """
        if stream not in self.versions:
            raise Bug("stream_not_locked", f"{event.type} was emitted to a {stream.kind} stream that is not locked")
        version = self.versions[stream] + 1
        self.versions[stream] = version
        self.emitted += 1
        self.emissions.append(
            Emission(
                stream,
                version,
                event,
                episode_id,
                key or str(stream.id),
                self.caller,
                self.now,
                _traceparent(),
            )
        )

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what the block wrote and emitted, and only that, when it raises."""
        caller, versions = self.caller, dict(self.versions)
        emissions, audits = list(self.emissions), list(self.audits)
        await self.connection.execute("savepoint block")
        try:
            yield
        except BaseException:
            await self.connection.execute("rollback to savepoint block; release savepoint block")
            self.caller, self.versions = caller, versions
            self.emissions[:], self.audits[:] = emissions, audits
            raise
        await self.connection.execute("release savepoint block")

    async def act_as(self, caller: Caller) -> None:
        """Go on in the same transaction for another caller, of another tenant even (a consumer's mixed batch)."""
        if caller.tenant != self.caller.tenant:
            await self.flush(self)
            await self.connection.execute(_set_tenant(caller.tenant))
        self.caller = caller


class Transactions:
    """The edge: `async with transactions(caller) as tx` commits at the end of the block or leaves nothing behind.

    `before_commit` writes the events of the transaction into the outbox, `after_commit` wakes the relay.
    A denied access leaves an audit row, in a transaction of its own. Raises Unavailable when the database is away or
    asks for a retry, Invalid (`text_unstorable`) for a text with a character that PostgreSQL has no place for.
    """

    def __init__(self, pool: Pool, clock: Clock, before_commit: BeforeCommit, after_commit: Callable[[], None]) -> None:
        self.pool = pool
        self.clock = clock
        self._before_commit = before_commit
        self._after_commit = after_commit

    @asynccontextmanager
    async def __call__(self, caller: Caller) -> AsyncIterator[Transaction]:
        """Open, commit or roll back one transaction for this caller."""
        denials: list[AuditEntry] = []
        try:
            try:
                async with self.pool.acquire() as connection:
                    tx = await self._begin(connection, caller)
                    denials = tx.denials
                    try:
                        yield tx
                        await self._finish(tx)
                    except BaseException:
                        await _roll_back(connection)
                        raise
            finally:
                for denial in denials:
                    await self._record(denial)
        except TRANSIENT_ERRORS as error:
            raise Unavailable("database_unavailable", "the database did not finish the transaction") from error
        except UNSTORABLE_TEXT as error:
            raise Invalid("text_unstorable", "a text holds a character that cannot be stored, such as NUL") from error
        if tx.emitted:
            self._after_commit()

    async def _begin(self, connection: Connection, caller: Caller) -> Transaction:
        await connection.execute(f"begin; {_set_tenant(caller.tenant)}")
        return Transaction(connection, caller, self.clock.now(), self._flush)

    async def _flush(self, tx: Transaction) -> None:
        await write_audit(tx.connection, tx.audits)
        tx.audits.clear()
        await self._before_commit(tx)

    async def _finish(self, tx: Transaction) -> None:
        await self._flush(tx)
        await tx.connection.execute("commit")

    async def _record(self, denial: AuditEntry) -> None:
        async with self.pool.acquire() as connection:
            await connection.execute(f"begin; {_set_tenant(denial.caller.tenant)}")
            await write_audit(connection, [denial])
            await connection.execute("commit")


def _traceparent() -> str | None:
    """The trace context at the moment of emitting: a batch's events belong to different traces."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


def _set_tenant(tenant: str) -> str:
    """The tenant travels inside the text of BEGIN to save a round trip, so its form is checked here."""
    if not _TENANT.fullmatch(tenant):
        raise Bug("tenant_malformed", "a tenant id has an impossible form")
    return f"select set_config('app.tenant', '{tenant}', true)"


async def _roll_back(connection: Connection) -> None:
    if connection.is_closed():
        return
    with suppress(*TRANSIENT_ERRORS):
        await asyncio.shield(connection.execute("rollback"))
