"""The relay: the one active publisher of a database.

It reads what is unsent by id, sends one batch per partition, and moves what was acknowledged into the archive. There is
no cursor: what is in the table is unsent. Repeats are possible, loss and reordering of first occurrences are not.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from stepwell_messaging import metrics as names
from stepwell_messaging.headers import unpack, with_traceparent
from stepwell_messaging.metrics import RelayMetrics
from stepwell_messaging.topics import partition_of
from stepwell_postgres.leader import Leadership
from stepwell_postgres.pool import TRANSIENT_ERRORS
from stepwell_runtime import spans
from stepwell_runtime.telemetry import current_traceparent, remote_context, spanning

RELAY_LEADER_KEY = 7_302
BATCH_BYTES = 128 * 1024
BATCH_ROWS = 1_000
DEADLINE_S = 30.0
BUSY_S = 0.005
IDLE_S = 0.025
BUSY_ROUNDS = 20
STOP_WITHIN_S = 5.0

#: For a relay that is woken: what others wrote, such as a second replica, is found within this.
WOKEN_IDLE_S = 0.1

NEXT_EPOCH = "update relay_state set epoch = epoch + 1 returning epoch"

UNSENT = """
select o.id, o.event_id, o.topic, o.key, o.headers, o.payload, o.traceparent, o.created_at
from outbox o
order by o.id
limit $1
"""

ARCHIVE = """
with sent as (
    delete from outbox o
    using unnest($1::bigint[], $2::integer[], $3::bigint[]) as s (id, part, log_offset)
    where o.id = s.id and (select epoch from relay_state) = $4
    returning o.*, s.part, s.log_offset
)
insert into outbox_archive (id, event_id, topic, key, tenant_id, headers, payload, traceparent, created_at, part,
                            log_offset, relay_epoch)
select id, event_id, topic, key, tenant_id, headers, payload, traceparent, created_at, part, log_offset, $4 from sent
"""

logger = logging.getLogger(__name__)


class Deposed(Exception):
    """Another relay leads now; this one stops sending."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A row of the outbox."""

    id: int
    event_id: UUID
    topic: str
    key: str
    headers: bytes
    payload: bytes
    traceparent: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A row that the broker acknowledged."""

    row: Unsent
    part: int
    offset: int


class Relay:
    """Publishes the outbox of the database of `leadership`, as its relay role, while this process leads it.

    It looks every 25 ms, every 5 ms for a while after it found something; every `idle_s` where the writers wake it.
    """

    def __init__(
        self, brokers: str, leadership: Leadership, relay_metrics: RelayMetrics, *, idle_s: float | None = None
    ) -> None:
        self._brokers = brokers
        self._leadership = leadership
        self._metrics = relay_metrics
        self._idle_s = idle_s
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was committed: look at once."""
        self._wake.set()

    async def run(self) -> None:
        """Run until cancelled. A failed round drops the producer and goes on from the table with a new one."""
        while True:
            try:
                async with self._leadership.hold() as lead:
                    await self._lead(lead.connection)
            except Deposed:
                logger.warning("relay_deposed")
            except (KafkaError, *TRANSIENT_ERRORS) as error:
                self._metrics.failures.inc()
                logger.warning("relay_round_failed", extra={"detail_type": type(error).__name__})
            await asyncio.sleep(0.2)

    async def _lead(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        epoch: int = await connection.fetchval(NEXT_EPOCH)
        self._metrics.epoch.set(epoch)
        producer = AIOKafkaProducer(
            bootstrap_servers=self._brokers,
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            linger_ms=0,
            request_timeout_ms=15_000,
            retry_backoff_ms=100,
        )
        try:
            async with asyncio.timeout(DEADLINE_S):
                await producer.start()
            await self._rounds(connection, producer, epoch)
        finally:
            await _drop(producer)

    async def _rounds(
        self, connection: "asyncpg.Connection[asyncpg.Record]", producer: AIOKafkaProducer, epoch: int
    ) -> None:
        quiet = 0
        while True:
            self._wake.clear()
            if await self.publish(connection, producer, epoch):
                quiet = 0
                continue
            quiet += 1
            try:
                async with asyncio.timeout(self._pause_s(quiet)):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _pause_s(self, quiet: int) -> float:
        """How long to wait for a wake after so many rounds without anything."""
        if self._idle_s is not None:
            return self._idle_s
        return BUSY_S if quiet < BUSY_ROUNDS else IDLE_S

    async def publish(
        self, connection: "asyncpg.Connection[asyncpg.Record]", producer: AIOKafkaProducer, epoch: int
    ) -> int:
        """Send what is unsent, archive what was acknowledged, and return how many rows that were."""
        rows = [Unsent(*row) for row in await connection.fetch(UNSENT, BATCH_ROWS)]
        if not rows:
            return 0
        sent, failure = await send(producer, rows)
        status = await connection.execute(
            ARCHIVE,
            [one.row.id for one in sent],
            [one.part for one in sent],
            [one.offset for one in sent],
            epoch,
        )
        if int(status.rsplit(" ", 1)[1]) < len(sent):
            raise Deposed
        now = datetime.now(UTC)
        for one in sent:
            self._metrics.published.labels(one.row.topic).inc()
            self._metrics.age.observe((now - one.row.created_at).total_seconds())
        if failure is not None:
            raise failure
        return len(sent)


async def send(producer: AIOKafkaProducer, rows: Sequence[Unsent]) -> tuple[list[Sent], Exception | None]:
    """One batch per partition, in id order; the rest of a full batch waits for the next round.

    Returns what was acknowledged, and the first failure of a batch that was not within 30 s: the producer's sequence
    numbers are then in doubt, and it must be dropped. A partition that fails holds back its own keys only.
    """
    batches: dict[tuple[str, int], list[Unsent]] = {}
    for row in rows:
        partitions = len(await producer.partitions_for(row.topic))
        batches.setdefault((row.topic, partition_of(row.key, partitions)), []).append(row)
    results = await asyncio.gather(
        *(_send_in_time(producer, topic, part, batch) for (topic, part), batch in batches.items())
    )
    failure = next((result for result in results if isinstance(result, Exception)), None)
    return [one for result in results if not isinstance(result, Exception) for one in result], failure


async def _send_in_time(
    producer: AIOKafkaProducer, topic: str, part: int, rows: Sequence[Unsent]
) -> list[Sent] | Exception:
    try:
        async with asyncio.timeout(DEADLINE_S):
            return await _send_batch(producer, topic, part, rows)
    except (KafkaError, TimeoutError) as error:
        return error


async def _send_batch(producer: AIOKafkaProducer, topic: str, part: int, rows: Sequence[Unsent]) -> list[Sent]:
    builder = producer.create_batch()
    taken: list[Unsent] = []
    for row in rows:
        appended = builder.append(
            key=row.key.encode(),
            value=row.payload,
            timestamp=int(row.created_at.timestamp() * 1000),
            headers=_headers(topic, row),
        )
        if appended is None:
            break
        taken.append(row)
    builder.close()
    acknowledged = await (await producer.send_batch(builder, topic, partition=part))
    base = acknowledged.offset
    return [Sent(row, part, base + index if base >= 0 else -1) for index, row in enumerate(taken)]


def _headers(topic: str, row: Unsent) -> list[tuple[str, bytes]]:
    """The stored headers, with the sending span between the writer's and the readers'."""
    parent = remote_context(row.traceparent)
    if not trace.get_current_span(parent).get_span_context().is_valid:
        return unpack(row.headers)
    with spanning(
        f"{names.SEND} {topic}",
        SpanKind.PRODUCER,
        parent,
        **{spans.TOPIC: topic, spans.EVENT_ID: str(row.event_id)},
    ):
        return with_traceparent(unpack(row.headers), current_traceparent())


async def _drop(producer: AIOKafkaProducer) -> None:
    """Stop may hang while the broker is away; a producer that does not end in time is left behind."""
    try:
        async with asyncio.timeout(STOP_WITHIN_S):
            await producer.stop()
    except (KafkaError, TimeoutError, OSError):
        logger.warning("producer_dropped")
