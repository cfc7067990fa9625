"""`/platform`: what operations may see and do on every process with a database."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_kernel.access import Action, Resource
from stepwell_kernel.caller import Caller
from stepwell_kernel.errors import Conflict, NotFound
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Park
from stepwell_messaging.incoming import Poison
from stepwell_messaging.ledger import archived, ledgers, parked_keys, positions, unsent
from stepwell_messaging.parking import hold_key, next_parked, release_key, remove_parked
from stepwell_messaging.redrive import redrive_key
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller

READ_PLATFORM = Action("platform.read", services=frozenset({"operations"}))
REDRIVE = Action("platform.redrive", services=frozenset({"operations"}))
DISCARD = Action("platform.discard", services=frozenset({"operations"}))

LONGEST_LEDGER = timedelta(days=31)


class KeyName(Body):
    """A key that waits."""

    consumer: str
    topic: str
    key: str


class Discard(KeyName):
    """Events are only thrown away by a named person, for a reason."""

    person: UUID
    reason: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,60}$")]


class Handled(Value):
    """How many events were handled or discarded."""

    events: int


def platform_router(transactions: Transactions, consumers: Mapping[str, Consumer]) -> APIRouter:
    """The routes; `consumers` are the consumers of this process, by name.

    They are made as the process starts, which is the start that `lag` tells of.
    """
    router = APIRouter(prefix="/platform", tags=["platform"])
    started_at = datetime.now(UTC)

    @router.get("/ledger")
    async def get_ledger(caller: CurrentCaller, since: Instant | None = None) -> dict[str, Any]:
        async with transactions(caller) as tx:
            tx.authorize(READ_PLATFORM, _platform(caller))
            found = await ledgers(tx.connection, since or datetime.now(UTC) - LONGEST_LEDGER)
        return {"published": found.published, "applied": found.applied}

    @router.get("/archive")
    async def get_archive(
        caller: CurrentCaller, after: int = 0, limit: Annotated[int, Query(ge=1, le=1000)] = 500
    ) -> list[dict[str, Any]]:
        async with transactions(caller) as tx:
            tx.authorize(READ_PLATFORM, _platform(caller))
            return await archived(tx.connection, after, limit)

    @router.get("/parked")
    async def get_parked(caller: CurrentCaller) -> list[dict[str, Any]]:
        async with transactions(caller) as tx:
            tx.authorize(READ_PLATFORM, _platform(caller))
            return await parked_keys(tx.connection)

    @router.get("/lag")
    async def get_lag(caller: CurrentCaller) -> dict[str, Any]:
        async with transactions(caller) as tx:
            tx.authorize(READ_PLATFORM, _platform(caller))
            count, seconds = await unsent(tx.connection)
            rows = await positions(tx.connection)
        return {
            "started_at": started_at,
            "unsent": count,
            "oldest_unsent_seconds": seconds,
            "positions": rows,
            "lags": _lags(consumers),
        }

    @router.post("/parked/redrive")
    async def post_redrive(body: KeyName, caller: CurrentCaller) -> Handled:
        async with transactions(caller) as tx:
            tx.authorize(REDRIVE, _platform(caller))
        return Handled(events=await _redrive(consumers, body))

    @router.post("/parked/discard")
    async def post_discard(body: Discard, caller: CurrentCaller) -> Handled:
        return Handled(events=await _discard(transactions, caller, body))

    return router


def _lags(consumers: Mapping[str, Consumer]) -> list[dict[str, Any]]:
    """How far each consumer of this process is behind, for each partition that it has."""
    return [
        {"consumer": name, "topic": lag.topic, "part": lag.partition, "events": lag.events, "seconds": lag.seconds}
        for name, consumer in consumers.items()
        for lag in consumer.lags()
    ]


async def _redrive(consumers: Mapping[str, Consumer], body: KeyName) -> int:
    """Handle what waits under a key; Conflict (`key_still_waits`) when its first event still cannot pass."""
    consumer = consumers.get(body.consumer)
    if consumer is None:
        raise NotFound("consumer_not_here", "no consumer of that name runs in this process")
    try:
        return await redrive_key(consumer.applier, body.topic, body.key)
    except (Park, Poison) as error:
        raise Conflict("key_still_waits", "the first event that waits cannot pass yet") from error


async def _discard(transactions: Transactions, caller: Caller, body: Discard) -> int:
    """Throw away what waits under a key, with an audit row that names who wanted it."""
    on_behalf = Caller(
        caller.kind,
        caller.tenant,
        caller.subject,
        roles=caller.roles,
        on_behalf_of=str(body.person),
        cause=f"discard/{body.reason}",
    )
    discarded = 0
    async with transactions(on_behalf) as tx:
        tx.authorize(DISCARD, _platform(caller))
        if not await hold_key(tx.connection, body.consumer, body.topic, body.key):
            raise NotFound("key_not_parked", "no such key waits")
        while (waiting := await next_parked(tx.connection, body.consumer, body.topic, body.key)) is not None:
            await remove_parked(tx.connection, waiting[0])
            discarded += 1
        await release_key(tx.connection, body.consumer, body.topic, body.key)
    return discarded


def _platform(caller: Caller) -> Resource:
    """Platform rows belong to no tenant; the decision rests on the caller alone."""
    return Resource(caller.tenant, "platform")
