"""The relay on a real broker: everything arrives, in the order of each patient; repeats are possible, loss is not."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata
from prometheus_client import CollectorRegistry

from stepwell_contracts.events.intake import FirstContactRecorded
from stepwell_devstack.kafka import KafkaServer
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_messaging.headers import from_headers
from stepwell_messaging.metrics import RelayMetrics
from stepwell_messaging.relay import NEXT_EPOCH, RELAY_LEADER_KEY, UNSENT, Deposed, Relay, Unsent, send
from stepwell_messaging.streams import lock_patient
from stepwell_messaging.topics import partition_of
from stepwell_postgres.leader import Leadership
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.eventually import eventually
from stepwell_testing.plugin import OpenEdge

TOPIC = "stepwell.intake.patient"


async def emit(edge: ServiceEdge, patient: UUID, events: int) -> None:
    """One transaction with some events of a patient."""
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        stream = await lock_patient(tx, patient)
        for _ in range(events):
            tx.emit(stream, FirstContactRecorded(episode_id=patient, contacted_by=new_id()), episode_id=patient)


def relay_of(edge: ServiceEdge, broker: KafkaServer, *, idle_s: float | None = None) -> Relay:
    leadership = Leadership(edge.database.url("relay"), RELAY_LEADER_KEY, application="relay-test")
    return Relay(broker.address, leadership, RelayMetrics(CollectorRegistry()), idle_s=idle_s)


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def seen_in_topic(broker: KafkaServer, patients: set[str], wanted: int) -> dict[str, list[int]]:
    """Versions of each patient in the order of the topic."""
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=broker.address, auto_offset_reset="earliest")
    await consumer.start()
    versions: defaultdict[str, list[int]] = defaultdict(list)
    try:
        async with asyncio.timeout(20):
            while sum(map(len, versions.values())) < wanted:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for record in records:
                        if record.key.decode() in patients:
                            versions[record.key.decode()].append(from_headers(record.headers).version)
    finally:
        await consumer.stop()
    return versions


async def outbox_is_empty(edge: ServiceEdge) -> bool:
    return bool(await edge.value("select count(*) = 0 from outbox"))


async def test_events_of_concurrent_writers_arrive_in_the_order_of_each_patient(
    open_edge: OpenEdge, broker: KafkaServer
) -> None:
    edge = await open_edge("intake")
    patients = [new_id() for _ in range(8)]
    async with running(relay_of(edge, broker)):
        await asyncio.gather(*(emit(edge, patients[n % 8], 1 + n % 3) for n in range(160)))
        await eventually(lambda: outbox_is_empty(edge), within_s=20)
    total = await edge.value("select count(*) from outbox_archive")
    seen = await seen_in_topic(broker, {str(patient) for patient in patients}, total)
    assert all(versions == list(range(1, len(versions) + 1)) for versions in seen.values())
    assert await edge.value("select count(*) from outbox_archive where log_offset < 0") == 0


async def test_a_relay_that_looks_rarely_sends_when_it_is_woken(open_edge: OpenEdge, broker: KafkaServer) -> None:
    edge = await open_edge("intake")
    relay = relay_of(edge, broker, idle_s=3600)
    await emit(edge, new_id(), 1)
    async with running(relay):
        await eventually(lambda: outbox_is_empty(edge), within_s=20)
        for _ in range(2):
            await emit(edge, new_id(), 2)
            with pytest.raises(AssertionError, match="not so within"):
                await eventually(lambda: outbox_is_empty(edge), within_s=0.3)
            relay.wake()
            await eventually(lambda: outbox_is_empty(edge), within_s=20)


async def test_a_relay_killed_between_sending_and_archiving_repeats_and_loses_nothing(
    open_edge: OpenEdge, broker: KafkaServer
) -> None:
    edge, patient = await open_edge("intake"), new_id()
    await emit(edge, patient, 5)
    connection = await asyncpg.connect(edge.database.url("relay"), ssl=False)
    producer = AIOKafkaProducer(bootstrap_servers=broker.address, enable_idempotence=True)
    await producer.start()
    await send(producer, [Unsent(*row) for row in await connection.fetch(UNSENT, 100)])
    await producer.stop()
    await connection.close()
    async with running(relay_of(edge, broker)):
        await eventually(lambda: outbox_is_empty(edge), within_s=20)
    seen = (await seen_in_topic(broker, {str(patient)}, 10))[str(patient)]
    assert seen == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5]


async def test_a_relay_that_was_deposed_archives_nothing(open_edge: OpenEdge, broker: KafkaServer) -> None:
    edge, patient = await open_edge("intake"), new_id()
    await emit(edge, patient, 2)
    connection = await asyncpg.connect(edge.database.url("relay"), ssl=False)
    producer = AIOKafkaProducer(bootstrap_servers=broker.address, enable_idempotence=True)
    await producer.start()
    epoch = await connection.fetchval(NEXT_EPOCH)
    await connection.fetchval(NEXT_EPOCH)
    with pytest.raises(Deposed):
        await relay_of(edge, broker).publish(connection, producer, epoch)
    await producer.stop()
    await connection.close()
    assert await edge.value("select count(*) from outbox") == 2


async def test_a_partition_that_fails_holds_back_its_own_keys_only(open_edge: OpenEdge, broker: KafkaServer) -> None:
    edge = await open_edge("intake")
    for patient in (patients := [new_id() for _ in range(12)]):
        await emit(edge, patient, 1)
    connection = await asyncpg.connect(edge.database.url("relay"), ssl=False)
    producer = AIOKafkaProducer(bootstrap_servers=broker.address, enable_idempotence=True)
    await producer.start()
    partitions = len(await producer.partitions_for(TOPIC))
    broken = partition_of(str(patients[0]), partitions)
    acknowledge = producer.send_batch

    async def send_batch(batch: BatchBuilder, topic: str, *, partition: int) -> Awaitable[RecordMetadata]:
        if partition == broken:
            raise MessageSizeTooLargeError
        future: Awaitable[RecordMetadata] = await acknowledge(batch, topic, partition=partition)
        return future

    producer.send_batch = send_batch
    epoch = await connection.fetchval(NEXT_EPOCH)
    with pytest.raises(MessageSizeTooLargeError):
        await relay_of(edge, broker).publish(connection, producer, epoch)
    await producer.stop()
    await connection.close()
    left = {row["key"] for row in await edge.rows("select key from outbox")}
    assert left == {str(p) for p in patients if partition_of(str(p), partitions) == broken}
    assert await edge.value("select count(*) from outbox_archive") == len(patients) - len(left) > 0


async def test_the_application_cannot_change_what_was_published(open_edge: OpenEdge) -> None:
    edge = await open_edge("intake")
    for table in ("outbox_archive", "outbox_archive_default"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await edge.pool.execute(f"delete from {table}")


async def test_the_application_may_write_the_outbox_and_not_read_it(open_edge: OpenEdge) -> None:
    edge = await open_edge("intake")
    await emit(edge, new_id(), 1)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await edge.pool.fetch("select * from outbox")
