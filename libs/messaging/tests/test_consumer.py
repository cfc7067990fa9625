"""A consumer on a real broker and PostgreSQL: no partition waits for ever for what lies in another one."""

import asyncio
from contextlib import suppress

import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import CollectorRegistry

from libs.messaging.tests.test_applying import TOPIC, TYPE, count, record
from stepwell_devstack.kafka import KafkaServer
from stepwell_kernel.errors import Unavailable
from stepwell_kernel.ids import new_id
from stepwell_messaging.applying import Applier
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Commands
from stepwell_messaging.incoming import Incoming, Record
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_postgres.transaction import Transaction
from stepwell_testing.eventually import eventually
from stepwell_testing.plugin import OpenEdge

pytestmark = pytest.mark.timeout(120)


async def produce(broker: KafkaServer, partition: int, *records: Record) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=broker.address)
    await producer.start()
    try:
        for one in records:
            headers = list(one.headers)
            await producer.send_and_wait(TOPIC, one.value, one.key.encode(), partition=partition, headers=headers)
    finally:
        await producer.stop()


async def test_an_event_waits_for_one_in_another_partition_until_it_has_come(
    open_edge: OpenEdge, broker: KafkaServer
) -> None:
    edge = await open_edge("scheduling")
    early, needed = new_id(), new_id()
    tries: list[str] = []

    async def handler(tx: Transaction, one: Incoming) -> None:
        if one.key == str(early) and str(needed) not in tries:
            tries.append(one.key)
            raise Unavailable("not_known_yet", "what it is about is told in another partition")
        tries.append(one.key)
        await count(tx, one)

    metrics = ConsumerMetrics(CollectorRegistry())
    applier = Applier("scheduling", "scheduling", Commands("scheduling", {TYPE: handler}), edge.transactions, metrics)
    consumer = Consumer(broker.address, [TOPIC], applier, metrics)
    await produce(broker, 0, record(0, early), record(1, early))
    running = asyncio.create_task(consumer.run())
    try:
        await eventually(lambda: str(early) in tries, within_s=30)
        await produce(broker, 1, record(0, needed))
        await eventually(lambda: tries[-2:] == [str(early)] * 2 and str(needed) in tries, within_s=30)
        await eventually(consumer.is_ready)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    effects = await edge.rows("select episode_id, version from ref_episode")
    assert {row["episode_id"]: row["version"] for row in effects} == {early: 2, needed: 1}
    assert await edge.value("select count(*) from parked") == 0
