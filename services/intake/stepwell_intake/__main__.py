"""The process of intake: its roles and all their wiring."""

import stepwell_intake
from stepwell_contracts.activities import INTAKE_QUEUE
from stepwell_intake.activities.journey import IntakeActivities
from stepwell_intake.api.episodes import episodes_router
from stepwell_intake.api.referrals import referrals_router
from stepwell_intake.api.worklist import worklist_router
from stepwell_intake.consumers.reference import HANDLERS
from stepwell_intake.settings import Settings
from stepwell_intake.store.identities import Identities
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Commands
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.platform_api import platform_router
from stepwell_messaging.serving import consume, open_database
from stepwell_runtime.process import Process, run_process
from stepwell_temporal.client import connect
from stepwell_temporal.worker import activity_worker, run_worker

ROLES = frozenset({"api", "relay", "consumer", "activities", "duties"})
TOPICS = ("stepwell.scheduling.reference",)


async def wire(process: Process) -> int:
    """Open what the roles need and say what runs."""
    settings = Settings()
    database = await open_database(process, settings, stepwell_intake.__file__)
    transactions = database.transactions
    consumers: dict[str, Consumer] = {}
    if "api" in process.roles:
        process.app.include_router(referrals_router(transactions, Identities(process.keys)))
        process.app.include_router(episodes_router(transactions))
        process.app.include_router(worklist_router(transactions))
    if "consumer" in process.roles:
        metrics = ConsumerMetrics(process.registry)
        delivery = Commands(process.name, HANDLERS)
        consumers["intake"] = consume(process, database, "intake", TOPICS, delivery, metrics)
    if "activities" in process.roles:
        platform = process.settings
        client = await connect(platform.temporal_address, platform.temporal_namespace, process.keys)
        worker = activity_worker(client, INTAKE_QUEUE, IntakeActivities(transactions).all())
        process.run("activities", lambda: run_worker(worker))
    process.app.include_router(platform_router(transactions, consumers))
    return settings.port


if __name__ == "__main__":
    run_process("intake", ROLES, wire)
