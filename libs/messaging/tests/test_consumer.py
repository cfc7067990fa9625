"""A consumer on a real broker."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import CollectorRegistry

from stepwell_contracts.events.intake import FirstContactRecorded
from stepwell_devstack.kafka import KafkaServer
from stepwell_kernel.ids import new_id
from stepwell_messaging.applying import Applier
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.headers import to_headers
from stepwell_messaging.incoming import Incoming
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_postgres.transaction import Transaction
from stepwell_testing.eventually import eventually
from stepwell_testing.plugin import OpenEdge
from stepwell_testing.records import incoming

TOPIC = "stepwell.intake.patient"
MOMENT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


class Meeting:
    """A delivery of which no part goes on before so many are under way; `met` are the partitions that were."""

    def __init__(self, partitions: int) -> None:
        self._all = asyncio.Barrier(partitions)
        self.met: set[int] = set()

    def takes(self, event_type: str) -> bool:
        return bool(event_type)

    async def prepare(self, incoming: Sequence[Incoming]) -> None:
        await self._all.wait()
        self.met |= {one.record.partition for one in incoming}

    async def handle(self, tx: Transaction, incoming: Sequence[Incoming]) -> None:
        del tx, incoming


async def produce(broker: KafkaServer, partitions: int) -> None:
    """A record on each of the first partitions."""
    producer = AIOKafkaProducer(bootstrap_servers=broker.address)
    await producer.start()
    for partition in range(partitions):
        patient = new_id()
        told = incoming(FirstContactRecorded(episode_id=patient, contacted_by=new_id()), key=patient, at=MOMENT)
        await producer.send_and_wait(
            TOPIC,
            told.record.value,
            key=str(patient).encode(),
            partition=partition,
            headers=list(to_headers(told.envelope)),
        )
    await producer.stop()


@pytest.mark.parametrize("at_once", [1, 2])
async def test_so_many_partitions_are_applied_side_by_side(
    open_edge: OpenEdge, broker: KafkaServer, at_once: int
) -> None:
    await produce(broker, 2)
    edge, meeting, metrics = await open_edge("scheduling"), Meeting(at_once), ConsumerMetrics(CollectorRegistry())
    applier = Applier(f"meeting-{at_once}", "scheduling", meeting, edge.transactions, metrics)
    consumer = Consumer(broker.address, [TOPIC], applier, metrics, at_once=at_once)
    running = asyncio.create_task(consumer.run())
    try:
        await eventually(consumer.is_ready, within_s=30)
        assert meeting.met == {0, 1}
        assert [lag.seconds for lag in consumer.lags() if lag.events] == []
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
