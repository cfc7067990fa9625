"""Reads every record of every topic, outside of all consumer groups."""

import asyncio
from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from stepwell_kernel.errors import Unavailable
from stepwell_messaging.headers import MalformedHeaders, from_headers
from stepwell_messaging.topics import load_topics
from stepwell_simulation.verify.evidence import Broker, Place, Stored

AT_ONCE = 5_000
WAIT_MS = 1_000
DEADLINE_S = 60.0


async def read_broker(address: str) -> Broker:
    """The records up to the ends that the topics have now; Unavailable (`broker_unavailable`) when it is away."""
    topics = load_topics().all
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=address,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=100,
    )
    try:
        async with asyncio.timeout(DEADLINE_S):
            await consumer.start()
            try:
                partitions = consumer.assignment()
                if missing := topics.keys() - {partition.topic for partition in partitions}:
                    raise Unavailable("broker_unavailable", f"the broker does not have {', '.join(sorted(missing))}")
                return await _read(consumer, partitions)
            finally:
                await consumer.stop()
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable("broker_unavailable", "the broker cannot be read") from error


async def _read(consumer: AIOKafkaConsumer, partitions: Collection[TopicPartition]) -> Broker:
    """Without a group every partition is the consumer's own, from its begin."""
    begins = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    records: dict[Place, Stored] = {}
    behind = {partition for partition in partitions if begins[partition] < ends[partition]}
    while behind:
        batches = await consumer.getmany(*behind, timeout_ms=WAIT_MS, max_records=AT_ONCE)
        for batch in batches.values():
            records |= {(record.topic, record.partition, record.offset): _stored(record) for record in batch}
        behind -= {partition for partition in batches if await consumer.position(partition) >= ends[partition]}
    return Broker(records, {(tp.topic, tp.partition): (begins[tp], ends[tp]) for tp in partitions})


def _stored(record: ConsumerRecord) -> Stored:
    key = (record.key or b"").decode(errors="replace")
    try:
        envelope = from_headers(record.headers)
    except MalformedHeaders:
        return Stored(None, key, 0)
    return Stored(envelope.id, key, envelope.version)
