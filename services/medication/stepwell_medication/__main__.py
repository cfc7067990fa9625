"""The process of medication: its roles and all their wiring."""

import stepwell_medication
from stepwell_medication.api.orders import orders_router
from stepwell_medication.api.worklist import worklist_router
from stepwell_medication.consumers.reference import HANDLERS
from stepwell_medication.settings import Settings
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Commands
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.platform_api import platform_router
from stepwell_messaging.serving import consume, open_database
from stepwell_runtime.process import Process, run_process

ROLES = frozenset({"api", "relay", "consumer", "activities", "duties"})
TOPICS = ("stepwell.intake.patient", "stepwell.scheduling.reference")


async def wire(process: Process) -> int:
    """Open what the roles need and say what runs."""
    settings = Settings()
    database = await open_database(process, settings, stepwell_medication.__file__)
    transactions = database.transactions
    consumers: dict[str, Consumer] = {}
    if "api" in process.roles:
        process.app.include_router(orders_router(transactions))
        process.app.include_router(worklist_router(transactions))
    if "consumer" in process.roles:
        metrics = ConsumerMetrics(process.registry)
        delivery = Commands(process.name, HANDLERS)
        consumers["medication"] = consume(process, database, "medication", TOPICS, delivery, metrics)
    process.app.include_router(platform_router(transactions, consumers))
    return settings.port


if __name__ == "__main__":
    run_process("medication", ROLES, wire)
