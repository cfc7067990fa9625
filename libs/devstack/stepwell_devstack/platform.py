"""The whole platform on one machine: its parts, what each needs, and how to find them."""

import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from stepwell_devstack.auditor import AUDITOR
from stepwell_devstack.clock_file import ClockFile, noting
from stepwell_devstack.control import control_app, parts_document
from stepwell_devstack.environment import TEMPORAL_NAMESPACE, Addresses, service_environment
from stepwell_devstack.home import Home, occupy
from stepwell_devstack.kafka import KafkaServer
from stepwell_devstack.loopback import LOOPBACK, serve_http
from stepwell_devstack.migrating import prepare_databases
from stepwell_devstack.nudging import Nudger
from stepwell_devstack.ports import choose_port
from stepwell_devstack.postgres import PostgresServer
from stepwell_devstack.probes import answers_ok
from stepwell_devstack.processes import Child, last_words, start_child
from stepwell_devstack.progress import ConsoleProgress
from stepwell_devstack.run_file import RunFile
from stepwell_devstack.secrets import POSTGRES_SUPERUSER, Secrets, load_or_make
from stepwell_devstack.services import COMMAND_LINE_CLIENT, SERVICE_NAMES, SERVICES, Service
from stepwell_devstack.simulating import Simulated, simulation_part
from stepwell_devstack.supervisor import Observer, Part, Running, Step, Supervisor
from stepwell_devstack.temporal import TemporalServer
from stepwell_messaging.topics import create_topics

ISSUER_AND_MAILBOX = "issuer-mailbox"
CONTROL_PORT = 8409


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one run: the usual ones, or free ones where those are taken."""

    control: int
    issuer: int
    mailbox: int
    smtp: int
    postgres: int
    temporal: int
    temporal_ui: int
    kafka: int
    services: Mapping[str, int]

    @classmethod
    def choose(cls, *, usual: bool) -> "Ports":
        """Choose all of them."""

        def pick(port: int) -> int:
            return choose_port(port if usual else 0)

        return cls(
            control=pick(CONTROL_PORT),
            issuer=pick(8410),
            mailbox=pick(8411),
            smtp=pick(8425),
            postgres=pick(8432),
            temporal=pick(8433),
            temporal_ui=pick(8434),
            kafka=pick(8492),
            services={service.name: pick(service.usual_port) for service in SERVICES},
        )


class Platform:
    """One platform in one home. `async with platform.running(observer)` starts and stops it.

    Servers that STEPWELL_POSTGRES_URL, STEPWELL_KAFKA_BROKERS or STEPWELL_TEMPORAL_ADDRESS name are used, not started.
    With `simulated` a network lives on it. `begins_at` is domain time at the first start, else that of the wall.
    """

    def __init__(
        self,
        home: Home,
        *,
        usual_ports: bool = True,
        simulated: Simulated | None = None,
        begins_at: datetime | None = None,
    ) -> None:
        self.home = home
        self._simulated = simulated
        self._begins_at = begins_at
        self.ports = Ports.choose(usual=usual_ports)
        self.secrets: Secrets = load_or_make(home.secrets)
        self.clock_file = ClockFile(home.clock_file)
        self._started_at = datetime.now(UTC)
        self._outside_postgres = os.environ.get("STEPWELL_POSTGRES_URL")
        self._outside_kafka = os.environ.get("STEPWELL_KAFKA_BROKERS")
        self._outside_temporal = os.environ.get("STEPWELL_TEMPORAL_ADDRESS")
        self._postgres = PostgresServer(
            home.data / "postgres-18",
            self.ports.postgres,
            self.secrets.database_passwords[POSTGRES_SUPERUSER],
            home.logs / "postgres.log",
        )
        self._kafka = KafkaServer(home.data / "kafka-4.3.1", self.ports.kafka, home.logs / "kafka.log")
        self._temporal = TemporalServer(
            home.data / "temporal" / "temporal.db",
            self.ports.temporal,
            self.ports.temporal_ui,
            TEMPORAL_NAMESPACE,
            home.logs / "temporal.log",
        )
        self.addresses = self._addresses()

    @property
    def urls(self) -> Mapping[str, str]:
        """The addresses of what people and programs open, by name."""
        services = {service.name: self.addresses.service_url(service.name) for service in SERVICES}
        return {
            "console": services["operations"],
            "mailbox": self.addresses.mailbox_url,
            "temporal_ui": f"http://{LOOPBACK}:{self.ports.temporal_ui}",
            "issuer": self.addresses.issuer_url,
            "sms": f"{self.addresses.mailbox_url}/sms",
            **services,
        }

    def environment(self, name: str) -> Mapping[str, str]:
        """The environment of a service's process."""
        service = next(service for service in SERVICES if service.name == name)
        return service_environment(service, self.addresses, self.secrets, self.home.clock_file, self.home.spans)

    @asynccontextmanager
    async def running(self, observer: Observer) -> AsyncIterator[Supervisor]:
        """Start everything, keep it alive, and stop it at the end of the block.

        Raises Conflict (`platform_already_runs`), Unavailable when a part does not start.
        """
        async with AsyncExitStack() as stack:
            stack.enter_context(occupy(self.home))
            if self._begins_at is not None and not self.home.data.exists():
                self.clock_file.begin(self._begins_at)
            self._prepare_folders()
            self.clock_file.resume()
            stack.enter_context(noting(self.clock_file))
            nudger = Nudger(self.addresses.temporal, self.secrets.keys_file, self.clock_file)
            supervisors: list[Supervisor] = []
            run_file = RunFile(self.home.run_file, lambda: self._describe(supervisors[0]), observer)
            supervisor = Supervisor(self._nodes(), run_file)
            supervisors.append(supervisor)
            await stack.enter_async_context(run_file.kept())
            control = control_app(supervisor, self.clock_file, nudger.nudge, self.secrets.control_token)
            await stack.enter_async_context(serve_http(control, self.ports.control))
            stack.push_async_callback(nudger.close)
            await supervisor.start()
            stack.push_async_callback(supervisor.stop)
            await nudger.tell_all(set())
            yield supervisor

    async def prepare_schema(self) -> None:
        """Bring the databases up to date."""
        await prepare_databases(self.superuser_url, self.secrets)

    async def prepare_schema_at(self, address: str) -> None:
        """Bring the databases of a platform that runs at this address up to date."""
        url = self._outside_postgres or replace(self._postgres, port=int(address.rsplit(":", 1)[1])).superuser_url
        await prepare_databases(url, self.secrets)

    @asynccontextmanager
    async def postgres_alone(self) -> AsyncIterator[None]:
        """PostgreSQL and nothing else, for as long as the block."""
        self._prepare_folders()
        nodes = [] if self._outside_postgres else [self._postgres_part()]
        supervisor = Supervisor(nodes, ConsoleProgress())
        with occupy(self.home):
            await supervisor.start()
            try:
                yield
            finally:
                await supervisor.stop()

    @property
    def superuser_url(self) -> str:
        """The URL of PostgreSQL's maintenance database, for looking past all policies."""
        return self._outside_postgres or self._postgres.superuser_url

    def _addresses(self) -> Addresses:
        postgres = urlsplit(self.superuser_url)
        return Addresses(
            postgres=f"{postgres.hostname}:{postgres.port or 5432}",
            kafka=self._outside_kafka or self._kafka.address,
            temporal=self._outside_temporal or self._temporal.address,
            smtp=f"{LOOPBACK}:{self.ports.smtp}",
            issuer_url=f"http://{LOOPBACK}:{self.ports.issuer}",
            mailbox_url=f"http://{LOOPBACK}:{self.ports.mailbox}",
            service_ports=self.ports.services,
        )

    def _prepare_folders(self) -> None:
        for folder in (self.home.data, self.home.logs, self.home.spans):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in self.home.spans.glob("*.jsonl"):
            old.unlink()

    def _nodes(self) -> list[Part | Step]:
        nodes: list[Part | Step] = []
        if self._outside_postgres is None:
            nodes.append(self._postgres_part())
        if self._outside_kafka is None:
            kafka = self._kafka
            nodes.append(Part("kafka", kafka.address, kafka.start, kafka.is_ready, last_words=kafka.last_words))
        if self._outside_temporal is None:
            nodes.append(self._temporal_part())
        there = frozenset(node.name for node in nodes)
        nodes.append(Step("databases", self.prepare_schema, _needed(there, "postgres")))
        nodes.append(Step("topics", self._create_topics, _needed(there, "kafka")))
        nodes.append(self._issuer_part())
        nodes += [self._service_part(service, there) for service in SERVICES]
        if self._simulated is not None:
            nodes.append(simulation_part(self.home, self._simulated, SERVICE_NAMES))
        return nodes

    def _postgres_part(self) -> Part:
        """Whether it is ready is told by the process id in its file, hence the child of the last start."""
        children: list[Child] = []

        async def spawn() -> Running:
            children[:] = [await self._postgres.start()]
            return children[0]

        async def is_ready() -> bool:
            return bool(children) and await self._postgres.is_ready(children[0].pid)

        return Part("postgres", self._postgres.address, spawn, is_ready, last_words=self._postgres.last_words)

    def _temporal_part(self) -> Part:
        server = self._temporal

        async def is_ready() -> bool:
            if not await server.is_ready():
                return False
            await server.keep_long()
            return True

        return Part("temporal", server.address, server.start, is_ready, last_words=server.last_words)

    def _issuer_part(self) -> Part:
        log = self.home.logs / f"{ISSUER_AND_MAILBOX}.log"
        ports = self.ports
        command = [
            *(sys.executable, "-m", "stepwell_devstack", "platform"),
            *("--home", str(self.home.folder), "--issuer", str(ports.issuer)),
            *("--mailbox", str(ports.mailbox), "--smtp", str(ports.smtp)),
            *("--notifications", str(ports.services["notifications"])),
        ]

        async def is_ready() -> bool:
            return await answers_ok(ports.issuer, "/jwks") and await answers_ok(ports.mailbox, "/messages.json")

        return Part(
            ISSUER_AND_MAILBOX,
            self.addresses.issuer_url,
            lambda: start_child(command, log),
            is_ready,
            last_words=lambda: last_words(log),
        )

    def _service_part(self, service: Service, there: frozenset[str]) -> Part:
        log = self.home.logs / f"{service.name}.log"
        command = [sys.executable, "-m", service.module, *service.roles]
        environment = self.environment(service.name)
        return Part(
            service.name,
            self.addresses.service_url(service.name),
            lambda: start_child(command, log, environment=environment),
            lambda: answers_ok(self.ports.services[service.name], "/ready"),
            needs=("databases", "topics", ISSUER_AND_MAILBOX, *_needed(there, "temporal")),
            last_words=lambda: last_words(log),
        )

    async def _create_topics(self) -> None:
        await create_topics(self.addresses.kafka)

    def _describe(self, supervisor: Supervisor) -> Mapping[str, Any]:
        addresses = self.addresses
        return {
            "pid": os.getpid(),
            "home": str(self.home.folder),
            "started_at": self._started_at.isoformat(),
            "control": {
                "url": f"http://{LOOPBACK}:{self.ports.control}",
                "token": self.secrets.control_token,
            },
            "cli": {
                "client_id": COMMAND_LINE_CLIENT,
                "client_secret": self.secrets.client_secrets[COMMAND_LINE_CLIENT],
            },
            "urls": dict(self.urls),
            "addresses": {
                "postgres": addresses.postgres,
                "kafka": addresses.kafka,
                "temporal": addresses.temporal,
                "smtp": addresses.smtp,
            },
            "auditor": {
                "user": AUDITOR,
                "password": self.secrets.database_passwords[AUDITOR],
                "keys": str(self.secrets.keys_file),
                "namespace": TEMPORAL_NAMESPACE,
            },
            "clock": str(self.home.clock_file),
            "spans": str(self.home.spans),
            "parts": parts_document(supervisor),
        }


def _needed(there: frozenset[str], name: str) -> tuple[str, ...]:
    """A server outside needs no waiting for."""
    return (name,) if name in there else ()
