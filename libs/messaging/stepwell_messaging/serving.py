"""What every process with a database opens: pool, transactions, relay and duties, and the checks that it is ready."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stepwell_messaging.applying import Applier
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Delivery
from stepwell_messaging.metrics import ConsumerMetrics, RelayMetrics
from stepwell_messaging.migrations import PLATFORM_FOLDERS
from stepwell_messaging.outbox import OutboxWriter
from stepwell_messaging.relay import RELAY_LEADER_KEY, WOKEN_IDLE_S, Relay
from stepwell_messaging.topics import load_topics
from stepwell_postgres.duty_runner import DUTY_LEADER_KEY, DutyHandler, DutyRunner
from stepwell_postgres.leader import Leadership
from stepwell_postgres.migrate import Migrations, pending
from stepwell_postgres.pool import Pool, open_pool
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.process import Process
from stepwell_runtime.settings import ServiceSettings


@dataclass(frozen=True, slots=True)
class Database:
    """The database of a process."""

    pool: Pool
    transactions: Transactions
    relay: Relay


def migrations_of(package: str) -> Migrations:
    """The migration folders of a database: the libraries', and those beside the package in its project."""
    project = Path(package).parents[1]
    return Migrations(PLATFORM_FOLDERS, project / "migrations" / "expand", project / "migrations" / "contract")


async def open_database(process: Process, settings: ServiceSettings, package: str) -> Database:
    """Open the pool of the service, make its transactions write the outbox, and run its relay where this process does.

    `package` is the `__file__` of the service's package. A relay beside roles that write is woken after each commit.
    The process is ready when the database answers with the schema that the code needs.
    """
    pool = await process.enter(await open_pool(settings.database_url.get_secret_value(), application=process.name))
    relay_url = settings.relay_database_url.get_secret_value()
    relay = Relay(
        process.settings.kafka_brokers,
        Leadership(relay_url, RELAY_LEADER_KEY, application=f"{process.name}-relay"),
        RelayMetrics(process.registry),
        idle_s=None if process.roles == {"relay"} else WOKEN_IDLE_S,
    )
    if "relay" in process.roles:
        process.run("relay", relay.run)
    migrations = migrations_of(package)

    async def schema_is_current() -> bool:
        async with pool.acquire() as connection:
            return not await pending(connection, migrations)

    process.health.add("schema", schema_is_current)
    writer = OutboxWriter(process.name, load_topics())
    return Database(pool, Transactions(pool, process.clock, writer, relay.wake), relay)


def consume(
    process: Process,
    database: Database,
    name: str,
    topics: tuple[str, ...],
    delivery: Delivery,
    metrics: ConsumerMetrics,
) -> Consumer:
    """Run a consumer of the service in this process, under a name of its own; it must catch up before it is ready."""
    applier = Applier(name, process.name, delivery, database.transactions, metrics)
    settings = process.settings
    consumer = Consumer(
        settings.kafka_brokers, topics, applier, metrics, session_timeout_ms=settings.kafka_session_timeout_ms
    )
    process.health.add(f"consumer {name}", consumer.is_ready)
    process.run(f"consumer {name}", consumer.run)
    return consumer


def run_duties(
    process: Process,
    database: Database,
    settings: ServiceSettings,
    handlers: Mapping[str, DutyHandler],
    *,
    name: str = "duties",
    leader_key: int = DUTY_LEADER_KEY,
    kinds: Sequence[str] | None = None,
) -> None:
    """Run the duties of this database here while this process leads; a second runner has `kinds`, name and key."""
    leadership = Leadership(settings.database_url.get_secret_value(), leader_key, application=f"{process.name}-{name}")
    runner = DutyRunner(database.pool, process.clock, handlers, kinds=kinds)
    process.run(name, lambda: runner.run(leadership))
