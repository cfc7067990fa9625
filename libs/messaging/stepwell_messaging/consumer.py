"""A consumer: polls its topics, applies each partition's records, and rebuilds its client when it stalls."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from stepwell_kernel.errors import Unavailable
from stepwell_messaging.applying import Applier, Waits
from stepwell_messaging.delivery import Handler
from stepwell_messaging.incoming import Incoming, Record
from stepwell_messaging.lag import Lag
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.position import Fenced, Place, take
from stepwell_postgres.pool import TRANSIENT_ERRORS

POLL_MS = 200
MOST_RECORDS = 500
COMMIT_EVERY_S = 5.0
STALLED_AFTER_S = 30.0
STOP_WITHIN_S = 5.0
PAUSE_S = 0.5

logger = logging.getLogger(__name__)


class Stalled(Exception):
    """Records wait, and the client does not bring them."""


class Consumer(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """One member of a consumer group. The position rows decide what was applied; Kafka's offsets are for lag tools."""

    def __init__(
        self,
        brokers: str,
        topics: Sequence[str],
        applier: Applier,
        metrics: ConsumerMetrics,
        *,
        heartbeat_ms: int = 500,
        session_timeout_ms: int = 45_000,
    ) -> None:
        self._brokers = brokers
        self._topics = tuple(topics)
        self.applier = applier
        self._metrics = metrics
        self._heartbeat_ms = heartbeat_ms
        self._session_timeout_ms = session_timeout_ms
        self._client: AIOKafkaConsumer | None = None
        self._places: dict[TopicPartition, Place] = {}
        self._next: dict[TopicPartition, int] = {}
        self._goal: dict[TopicPartition, int] | None = None
        self._lag: dict[TopicPartition, Lag] = {}
        self._broken = False
        self._moved_at = 0.0
        self._committed_at = 0.0

    async def is_ready(self) -> bool:
        """Whether this member has joined and has caught up once with what was there when it did."""
        goal = self._goal
        return goal is not None and all(self._next.get(partition, 0) >= end for partition, end in goal.items())

    def lags(self) -> Sequence[Lag]:
        """How far this member is behind, for each partition that it has."""
        return [self._lag[partition] for partition in self._places if partition in self._lag]

    async def run(self) -> None:
        """Run until cancelled; a client that fails or stalls is rebuilt. Raises TooManyParked."""
        while True:
            try:
                await self._with_client()
            except (KafkaError, Stalled, Fenced, Unavailable, *TRANSIENT_ERRORS) as error:
                self._metrics.rebuilds.labels(self.applier.consumer).inc()
                logger.warning(
                    "consumer_rebuilt",
                    extra={"group": self.applier.consumer, "detail_type": type(error).__name__},
                )
                await asyncio.sleep(PAUSE_S)

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """The epochs protect what another member applies from now on."""
        for partition in revoked:
            self._places.pop(partition, None)
            self._lag.pop(partition, None)

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Take the partitions over and go on where their rows say. What fails here is swallowed by the client."""
        try:
            await self._take(assigned)
        except Exception:
            self._broken = True
            logger.exception("assignment_failed", extra={"group": self.applier.consumer})

    async def _take(self, assigned: Sequence[TopicPartition]) -> None:
        client = self._client
        if client is None:
            return
        async with self.applier.transactions.pool.acquire() as connection:
            for partition in sorted(assigned):
                place, offset = await take(connection, self.applier.consumer, partition.topic, partition.partition)
                self._places[partition] = place
                self._next[partition] = offset
                client.seek(partition, offset)

    async def _with_client(self) -> None:
        client = AIOKafkaConsumer(
            bootstrap_servers=self._brokers,
            group_id=f"stepwell.{self.applier.consumer}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=MOST_RECORDS,
            session_timeout_ms=self._session_timeout_ms,
            heartbeat_interval_ms=self._heartbeat_ms,
            max_poll_interval_ms=300_000,
        )
        self._client, self._broken, self._places, self._goal = client, False, {}, None
        client.subscribe(self._topics, listener=self)
        try:
            # A join waits for members that died until their sessions end; giving up earlier would add one more.
            async with asyncio.timeout(self._session_timeout_ms / 1000 + STALLED_AFTER_S):
                await client.start()
            self._moved_at = time.monotonic()
            while True:
                await self._poll(client)
        finally:
            self._client = None
            await _stop(client)

    async def _poll(self, client: AIOKafkaConsumer) -> None:
        fetched = await client.getmany(timeout_ms=POLL_MS, max_records=MOST_RECORDS)
        if self._broken:
            raise Stalled
        if self._goal is None and self._places:
            self._goal = await client.end_offsets(list(self._places))
        applied = [partition for partition, records in fetched.items() if await self._apply(client, partition, records)]
        self._measure(client, {partition: fetched[partition][-1].timestamp for partition in applied})
        if fetched:
            self._moved_at = time.monotonic()
        else:
            self._watch(client)
        await self._commit(client)

    async def _apply(
        self, client: AIOKafkaConsumer, partition: TopicPartition, records: Sequence[ConsumerRecord]
    ) -> bool:
        """Whether all were applied; what waits is fetched again."""
        place = self._places.get(partition)
        if place is None:
            return False
        try:
            await self.applier.apply(place, [_record(record) for record in records])
        except Fenced:
            if self._places.get(partition) is place:
                raise
            return False  # revoked meanwhile, and its new owner was quicker
        except Waits as waits:
            if self._places.get(partition) is place:
                self._next[partition] = waits.offset
                client.seek(partition, waits.offset)
            return False
        self._next[partition] = records[-1].offset + 1
        return True

    def _measure(self, client: AIOKafkaConsumer, applied_ms: Mapping[TopicPartition, int]) -> None:
        """Of a partition that the client has not asked about yet nothing is known."""
        now_ms = int(time.time() * 1000)
        for partition in self._places:
            if (end := client.highwater(partition)) is not None:
                waiting = max(end - self._next.get(partition, 0), 0)
                known = self._lag.get(partition) or Lag(partition.topic, partition.partition, 0)
                self._lag[partition] = known.measured(
                    events=waiting, applied_ms=applied_ms.get(partition, 0), now_ms=now_ms
                )

    def _watch(self, client: AIOKafkaConsumer) -> None:
        """Known faults of the client are silent: records wait, and nothing arrives."""
        if time.monotonic() - self._moved_at < STALLED_AFTER_S:
            return
        behind = [p for p in self._places if (client.highwater(p) or 0) > self._next.get(p, 0)]
        if behind:
            raise Stalled
        self._moved_at = time.monotonic()

    async def _commit(self, client: AIOKafkaConsumer) -> None:
        if time.monotonic() - self._committed_at < COMMIT_EVERY_S:
            return
        self._committed_at = time.monotonic()
        offsets = {partition: self._next[partition] for partition in self._places}
        try:
            if offsets:
                await client.commit(offsets)
        except (CommitFailedError, IllegalStateError):
            logger.info("offsets_not_committed", extra={"group": self.applier.consumer})


def _record(record: ConsumerRecord) -> Record:
    """A foreign record may have any bytes as key and no value in a header; it must still fit a row, to be parked."""
    key = (record.key or b"").decode(errors="backslashreplace").replace("\0", "\\x00")
    headers = tuple((name, value or b"") for name, value in record.headers)
    return Record(record.topic, record.partition, record.offset, key, headers, record.value)


async def _stop(client: AIOKafkaConsumer) -> None:
    try:
        async with asyncio.timeout(STOP_WITHIN_S):
            await client.stop()
    except (KafkaError, TimeoutError, OSError):
        logger.warning("consumer_client_dropped")


__all__ = ["Consumer", "Handler", "Incoming", "Stalled"]
