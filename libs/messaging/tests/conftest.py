"""A broker for the tests of a module."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from stepwell_devstack.kafka import KafkaServer
from stepwell_devstack.ports import choose_port
from stepwell_messaging.topics import create_topics
from stepwell_testing.eventually import eventually


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[KafkaServer]:
    folder = tmp_path_factory.mktemp("broker")
    server = KafkaServer(folder / "kafka", choose_port(0), folder / "kafka.log")
    child = await server.start()
    try:
        await eventually(server.is_ready, within_s=60)
        await create_topics(server.address)
        yield server
    finally:
        await child.stop()
