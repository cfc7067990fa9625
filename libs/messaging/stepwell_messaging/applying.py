"""Applies the records of a partition: a batch in one transaction, one by one when it fails, parking what cannot."""

import asyncio
import logging
import random
import time
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from stepwell_kernel.errors import Kind, StepwellError, Unavailable
from stepwell_messaging.delivery import Delivery, Park, service_caller
from stepwell_messaging.inbox import claim
from stepwell_messaging.incoming import Incoming, Poison, Record, read
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.parking import append, count_parked, park, waiting_keys
from stepwell_messaging.position import Fenced, Place, hold, move
from stepwell_postgres.pool import TRANSIENT_ERRORS
from stepwell_postgres.transaction import Transaction, Transactions

ATTEMPTS = 3
SHORTEST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 30.0

#: So long an event waits in its place for what is away; then the other partitions have their turn, which may bring it.
PATIENCE_S = 2.0

#: The tenant under which platform rows of a batch are handled before its events name their own.
NO_TENANT = "platform"

logger = logging.getLogger(__name__)


class TooManyParked(Exception):
    """So many keys wait that the fault is not one patient's: the consumer stops, and somebody is called."""


class Waits(Exception):
    """An event waits for what another partition may bring; its own goes on at the event's offset, later."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class Applier:
    """Applies records through a delivery, once each, in the order of their partition."""

    def __init__(
        self,
        consumer: str,
        service: str,
        delivery: Delivery,
        transactions: Transactions,
        metrics: ConsumerMetrics,
        *,
        most_parked: int = 100,
    ) -> None:
        self.consumer = consumer
        self.service = service
        self.delivery = delivery
        self.transactions = transactions
        self._metrics = metrics
        self._most_parked = most_parked

    async def apply(self, place: Place, records: Sequence[Record]) -> None:
        """Apply records of one partition; returns when all are applied, parked or passed over.

        Raises Fenced when the partition was taken over, TooManyParked when too many keys wait, Waits at an event that
        does not find what it needs.
        """
        with self._metrics.duration.labels(self.consumer).time():
            try:
                await self._together(place, records)
            except (Fenced, TooManyParked, asyncio.CancelledError):
                raise
            except Exception as error:  # noqa: BLE001  whatever failed is found by going one by one
                logger.warning(
                    "batch_repeated_singly",
                    extra={"group": self.consumer, "topic": place.topic, "detail_type": type(error).__name__},
                )
                for record in records:
                    await self._alone(place, record)

    async def _alone(self, place: Place, record: Record) -> None:
        attempts = 0
        pause = SHORTEST_PAUSE_S
        impatient_at = time.monotonic() + PATIENCE_S
        while True:
            try:
                await self._together(place, [record])
            except Park as wanted:
                await self._park(place, record, wanted.reason)
            except (Fenced, TooManyParked, asyncio.CancelledError):
                raise
            except Exception as error:
                attempts += not is_transient(error)
                if attempts >= ATTEMPTS:
                    logger.exception("event_parked", extra=self._ids(record))
                    await self._park(place, record, _reason(error))
                    return
                if isinstance(error, Unavailable) and time.monotonic() > impatient_at:
                    logger.warning("event_waits", extra=self._ids(record) | {"code": error.code})
                    raise Waits(record.offset) from error
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311
                pause = min(pause * 2, LONGEST_PAUSE_S)
                continue
            return

    async def _together(self, place: Place, records: Sequence[Record]) -> None:
        prepared = await self._not_waiting(place, _ahead_of_poison(self._readable(records)))
        await self.delivery.prepare(prepared)
        async with self.transactions(service_caller(self.service, NO_TENANT)) as tx:
            next_offset = await hold(tx.connection, place)
            ahead = [record for record in records if record.offset >= next_offset]
            if not ahead:
                return
            await self._effects(tx, place, ahead, {one.id for one in prepared})
            await move(tx.connection, place, ahead[-1].offset + 1)

    async def _effects(
        self, tx: Transaction, place: Place, records: Sequence[Record], prepared: Collection[UUID]
    ) -> None:
        waiting = await waiting_keys(tx.connection, self.consumer, place.topic, (r.key for r in records))
        passing: list[Incoming] = []
        for one in self._readable(records):
            record = one.record
            if record.key in waiting:
                await append(tx.connection, self.consumer, place.topic, [record])
            elif isinstance(one, Poisoned):
                await self._park_in(tx, record, one.reason)
                waiting |= {record.key}
            else:
                passing.append(one)
        if not all(one.id in prepared for one in passing):
            raise Unavailable("key_released", "a redrive released a key meanwhile; its events are prepared first")
        fresh = await claim(tx.connection, self.consumer, passing)
        if fresh:
            await self.delivery.handle(tx, fresh)
        self._metrics.applied.labels(self.consumer, place.topic).inc(len(fresh))
        self._metrics.repeated.labels(self.consumer).inc(len(passing) - len(fresh))

    async def _not_waiting(self, place: Place, incoming: Sequence[Incoming]) -> list[Incoming]:
        if not incoming:
            return []
        async with self.transactions.pool.acquire() as connection:
            waiting = await waiting_keys(connection, self.consumer, place.topic, (one.key for one in incoming))
        return [one for one in incoming if one.key not in waiting]

    def _readable(self, records: Sequence[Record]) -> list["Incoming | Poisoned"]:
        readable: list[Incoming | Poisoned] = []
        for record in records:
            event_type = record.event_type()
            if record.value is None or (event_type is not None and not self.delivery.takes(event_type)):
                continue
            try:
                readable.append(read(record))
            except Poison as poison:
                readable.append(Poisoned(record, f"poison_{poison}"))
        return readable

    async def _park(self, place: Place, record: Record, reason: str) -> None:
        async with self.transactions(service_caller(self.service, NO_TENANT)) as tx:
            if record.offset >= await hold(tx.connection, place):
                await self._park_in(tx, record, reason)
                await move(tx.connection, place, record.offset + 1)

    async def _park_in(self, tx: Transaction, record: Record, reason: str) -> None:
        if await count_parked(tx.connection, self.consumer) >= self._most_parked:
            raise TooManyParked
        await park(tx.connection, self.consumer, reason, record)
        self._metrics.parked.labels(self.consumer, reason).inc()

    def _ids(self, record: Record) -> dict[str, object]:
        return {
            "group": self.consumer,
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "event_type": record.event_type(),
        }


class Poisoned:
    """A record that cannot be read, with the reason."""

    def __init__(self, record: Record, reason: str) -> None:
        self.record = record
        self.reason = reason


def _ahead_of_poison(records: Iterable[Incoming | Poisoned]) -> list[Incoming]:
    """The events that have no record of their key before them that cannot be read: behind one they wait with it."""
    ahead: list[Incoming] = []
    blocked: set[str] = set()
    for one in records:
        if isinstance(one, Poisoned):
            blocked.add(one.record.key)
        elif one.key not in blocked:
            ahead.append(one)
    return ahead


def is_transient(error: Exception) -> bool:
    """Whether the same work may pass later without anybody doing anything."""
    if isinstance(error, StepwellError):
        return error.kind is Kind.UNAVAILABLE
    return isinstance(error, TRANSIENT_ERRORS)


def _reason(error: Exception) -> str:
    return error.code if isinstance(error, StepwellError) else type(error).__name__
