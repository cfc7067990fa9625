"""The process of operations: projections, API and console."""

import httpx2

import stepwell_operations
from stepwell_clients.tokens import ServiceTokens
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Projected
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.platform_api import platform_router
from stepwell_messaging.serving import Database, consume, open_database
from stepwell_messaging.topics import load_topics
from stepwell_operations.api.facilities import facilities_router
from stepwell_operations.api.figures import figures_router
from stepwell_operations.api.journeys import journeys_router
from stepwell_operations.api.messages import messages_router
from stepwell_operations.api.search import search_router
from stepwell_operations.api.status import status_router
from stepwell_operations.api.worklist import worklist_router
from stepwell_operations.clock_factor import clock_factor
from stepwell_operations.console.changes import Changes
from stepwell_operations.console.console import ConsoleParts, add_console
from stepwell_operations.journey_watch import JourneyWatch
from stepwell_operations.platform_status import Peers, PlatformWatch
from stepwell_operations.projections.apply import apply
from stepwell_operations.settings import Settings
from stepwell_runtime.process import Process, run_process
from stepwell_temporal.client import connect_lazily

ROLES = frozenset({"api", "projections"})


async def wire(process: Process) -> int:
    """Open what the roles need and say what runs."""
    settings = Settings()
    database = await open_database(process, settings, stepwell_operations.__file__)
    consumers: dict[str, Consumer] = {}
    if "projections" in process.roles:
        topics = tuple(name for name, topic in load_topics().all.items() if process.name in topic.consumers)
        delivery, metrics = Projected(process.name, apply), ConsumerMetrics(process.registry)
        consumers[process.name] = consume(process, database, process.name, topics, delivery, metrics)
    if "api" in process.roles:
        await _serve(process, settings, database)
    process.app.include_router(platform_router(database.transactions, consumers))
    return settings.port


async def _serve(process: Process, settings: Settings, database: Database) -> None:
    """The API and the console, which ask the other processes how they are, and journeys what they see to."""
    http = await process.enter(httpx2.AsyncClient())
    platform = process.settings
    issuer, secret = platform.issuer, settings.client_secret.get_secret_value()
    peers = Peers(http, ServiceTokens(http, issuer, process.name, secret), settings.part_urls())
    temporal = await connect_lazily(platform.temporal_address, platform.temporal_namespace, process.keys)
    journey_watch = JourneyWatch(temporal)
    changes = Changes(database.pool)
    process.run("changes", changes.run)
    process.app.include_router(status_router(database.transactions, peers))
    process.app.include_router(journeys_router(database.transactions, journey_watch.view))
    process.app.include_router(worklist_router(database.transactions))
    process.app.include_router(search_router(database.transactions))
    process.app.include_router(facilities_router(database.transactions))
    process.app.include_router(messages_router(database.transactions))
    process.app.include_router(figures_router(database.transactions))
    parts = ConsoleParts(
        transactions=database.transactions,
        watch=PlatformWatch(peers),
        journey_watch=journey_watch,
        changes=changes,
        http=http,
        issuer=issuer,
        secret=secret,
        own_url=settings.own_url,
        factor=clock_factor(process.clock),
    )
    add_console(process.app, parts)


if __name__ == "__main__":
    run_process("operations", ROLES, wire)
