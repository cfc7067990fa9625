"""Redrive: the waiting events of a key pass through the same door, in order, and then the key waits no longer."""

from contextlib import suppress

from stepwell_messaging.applying import Applier
from stepwell_messaging.delivery import Park, service_caller
from stepwell_messaging.inbox import claim
from stepwell_messaging.incoming import Poison, Record, read
from stepwell_messaging.parking import hold_key, next_parked, release_key, remove_parked

WAITING_FOR = "select topic, key from parked_key where consumer = $1 and reason = $2 order by parked_at limit 100"


async def redrive_key(applier: Applier, topic: str, key: str) -> int:
    """Handle what waits under the key, one event a transaction, and return how many there were.

    Raises what the delivery raises for the first event that still cannot pass; it and those behind it go on waiting.
    """
    handled = 0
    while True:
        async with applier.transactions.pool.acquire() as connection:
            first = await next_parked(connection, applier.consumer, topic, key)
        if first is None:
            if await _release(applier, topic, key):
                return handled
            continue
        await _redrive_one(applier, topic, key, *first)
        handled += 1


async def redrive_waiting_for(applier: Applier, reason: str) -> int:
    """Redrive the keys that wait for a reason; those that still cannot pass go on waiting."""
    async with applier.transactions.pool.acquire() as connection:
        keys = await connection.fetch(WAITING_FOR, applier.consumer, reason)
    handled = 0
    for row in keys:
        with suppress(Park, Poison):
            handled += await redrive_key(applier, row["topic"], row["key"])
    return handled


async def _redrive_one(applier: Applier, topic: str, key: str, row_id: int, record: Record) -> None:
    incoming = read(record)
    await applier.delivery.prepare([incoming])
    async with applier.transactions(service_caller(applier.service, incoming.envelope.tenant)) as tx:
        if not await hold_key(tx.connection, applier.consumer, topic, key):
            return
        first = await next_parked(tx.connection, applier.consumer, topic, key)
        if first is None or first[0] != row_id:
            return
        if fresh := await claim(tx.connection, applier.consumer, [incoming]):
            await applier.delivery.handle(tx, fresh)
        await remove_parked(tx.connection, row_id)


async def _release(applier: Applier, topic: str, key: str) -> bool:
    """Release the key under its lock, unless an event was put behind meanwhile."""
    async with applier.transactions(service_caller(applier.service, "platform")) as tx:
        if not await hold_key(tx.connection, applier.consumer, topic, key):
            return True
        if await next_parked(tx.connection, applier.consumer, topic, key) is not None:
            return False
        await release_key(tx.connection, applier.consumer, topic, key)
        return True
