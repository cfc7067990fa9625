"""The process of operations: projections, API and console."""

import httpx2

import stepwell_operations
from stepwell_clients.tokens import ServiceTokens
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Projected
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.platform_api import platform_router
from stepwell_messaging.serving import consume, open_database
from stepwell_operations.api.journeys import journeys_router
from stepwell_operations.console.changes import Changes
from stepwell_operations.console.console import add_console
from stepwell_operations.platform_status import Peers
from stepwell_operations.projections.apply import apply
from stepwell_operations.settings import Settings
from stepwell_runtime.process import Process, run_process

ROLES = frozenset({"api", "projections"})
TOPICS = (
    "stepwell.intake.patient",
    "stepwell.scheduling.patient",
    "stepwell.scheduling.reference",
    "stepwell.medication.patient",
    "stepwell.notifications.patient",
)


async def wire(process: Process) -> int:
    """Open what the roles need and say what runs."""
    settings = Settings()
    database = await open_database(process, settings, stepwell_operations.__file__)
    consumers: dict[str, Consumer] = {}
    if "projections" in process.roles:
        metrics = ConsumerMetrics(process.registry)
        delivery = Projected(process.name, apply)
        consumers["operations"] = consume(process, database, "operations", TOPICS, delivery, metrics)
    if "api" in process.roles:
        http = await process.enter(httpx2.AsyncClient())
        secret = settings.client_secret.get_secret_value()
        issuer = process.settings.issuer
        peers = Peers(http, ServiceTokens(http, issuer, process.name, secret), _urls(settings))
        changes = Changes(database.pool)
        process.run("changes", changes.run)
        process.app.include_router(journeys_router(database.transactions, peers))
        add_console(
            process.app,
            transactions=database.transactions,
            peers=peers,
            changes=changes,
            http=http,
            issuer=issuer,
            secret=secret,
            own_url=settings.own_url,
        )
    process.app.include_router(platform_router(database.transactions, consumers))
    return settings.port


def _urls(settings: Settings) -> dict[str, str]:
    return {
        "intake": settings.intake_url,
        "scheduling": settings.scheduling_url,
        "medication": settings.medication_url,
        "notifications": settings.notifications_url,
        "workflows": settings.workflows_url,
        "operations": settings.own_url,
    }


if __name__ == "__main__":
    run_process("operations", ROLES, wire)
