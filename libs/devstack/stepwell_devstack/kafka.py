"""Kafka: one KRaft broker from plain jars."""

import asyncio
import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from stepwell_devstack.jars import jar_folder
from stepwell_devstack.java import find_java
from stepwell_devstack.loopback import LOOPBACK
from stepwell_devstack.ports import choose_port
from stepwell_devstack.probes import listens
from stepwell_devstack.processes import Child, last_words, run_once, start_child
from stepwell_kernel.errors import Conflict, Unavailable

CLUSTER_ID = "c3RlcHdlbGxjbHVzdGVyMQ"
READY_TIMEOUT_S = 2.0

JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=WARN")
BROKER_JVM = ("-Xms96m", "-Xmx384m", *JVM, "-XX:-UsePerfData", "-Djava.awt.headless=true")

#: A restarted broker counts its dead incarnation as alive until the session timeout is over, hence 1.5 s.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers={host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=3
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=4194304
log.segment.bytes=67108864
log.index.size.max.bytes=1048576
log.retention.check.interval.ms=30000
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
"""


@dataclass(frozen=True, slots=True)
class KafkaServer:
    """A broker on a port with its data in a folder, whose name should hold the version."""

    folder: Path
    port: int
    log: Path
    controller_port: int = field(default_factory=lambda: choose_port(0))

    @property
    def address(self) -> str:
        """host:port."""
        return f"{LOOPBACK}:{self.port}"

    async def start(self) -> Child:
        """Start it, after formatting its folder at first; returns at once.

        Raises Conflict (`broker_data_in_use`) when another broker has the folder, Unavailable with Java's words.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        guard = os.open(self.folder.with_name(f"{self.folder.name}.guard"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            await self._take(guard)
            java, class_path = await asyncio.to_thread(_java_and_jars)
            properties = self.folder.with_name(f"{self.folder.name}.properties")
            properties.write_text(
                PROPERTIES.format(host=LOOPBACK, port=self.port, controller=self.controller_port, folder=self.folder)
            )
            if not (self.folder / "meta.properties").exists():
                await self._format(java, class_path, properties)
            return await start_child(
                [java, *BROKER_JVM, "-cp", class_path, "kafka.Kafka", str(properties)],
                self.log,
                keep_open=[guard],
            )
        finally:
            os.close(guard)

    async def is_ready(self) -> bool:
        """Whether it answers with itself among the brokers; only then does producing work at once."""
        if not await listens(self.port):
            return False
        client = AIOKafkaClient(bootstrap_servers=self.address, client_id="ready")
        try:
            async with asyncio.timeout(READY_TIMEOUT_S):
                await client.bootstrap()
                return bool(client.cluster.brokers())
        except (KafkaError, OSError, TimeoutError):
            return False
        finally:
            await client.close()

    def last_words(self) -> str:
        """The end of its log."""
        return last_words(self.log)

    async def _take(self, guard: int) -> None:
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("broker_data_in_use", f"{self.folder} is in use by another broker") from error

    async def _format(self, java: str, class_path: str, properties: Path) -> None:
        status, output = await run_once(
            [
                *(
                    java,
                    "-Xmx256m",
                    *JVM,
                    "-cp",
                    class_path,
                    "kafka.tools.StorageTool",
                    "format",
                    "--standalone",
                ),
                *("-t", CLUSTER_ID, "-c", str(properties)),
            ]
        )
        if status:
            raise Unavailable("broker_not_formatted", output.strip()[-2000:])


def _java_and_jars() -> tuple[str, str]:
    """The class path is sorted: archives of classes depend on its order."""
    return find_java(), os.pathsep.join(str(path) for path in sorted(jar_folder().glob("*.jar")))
