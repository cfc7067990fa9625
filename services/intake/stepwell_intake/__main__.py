"""The process of intake: its roles and all their wiring."""

import stepwell_intake
from stepwell_contracts.activities import INTAKE_QUEUE
from stepwell_intake.activities.journey import IntakeActivities
from stepwell_intake.api.arrivals import arrivals_router
from stepwell_intake.api.authorizations import authorizations_router
from stepwell_intake.api.consents import consents_router
from stepwell_intake.api.decisions import decisions_router
from stepwell_intake.api.episodes import episodes_router
from stepwell_intake.api.plans import plans_router
from stepwell_intake.api.referrals import referrals_router
from stepwell_intake.api.screening import screening_router
from stepwell_intake.api.tasks import tasks_router
from stepwell_intake.api.worklist import worklist_router
from stepwell_intake.consumers.handlers import HANDLERS
from stepwell_intake.duties.expire_consent import ExpireConsent
from stepwell_intake.settings import Settings
from stepwell_intake.store.identities import Identities
from stepwell_intake.usecases.expire_consent import EXPIRE_CONSENT_DUTY
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Commands
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.platform_api import platform_router
from stepwell_messaging.serving import consume, open_database, run_duties
from stepwell_runtime.process import Process, run_process
from stepwell_temporal.client import connect
from stepwell_temporal.worker import activity_worker, run_worker

ROLES = frozenset({"api", "relay", "consumer", "activities", "duties"})
TOPICS = ("stepwell.scheduling.reference", "stepwell.scheduling.patient")


async def wire(process: Process) -> int:
    """Open what the roles need and say what runs."""
    settings = Settings()
    database = await open_database(process, settings, stepwell_intake.__file__)
    transactions = database.transactions
    consumers: dict[str, Consumer] = {}
    if "api" in process.roles:
        identities = Identities(process.keys)
        process.app.include_router(referrals_router(transactions, identities))
        process.app.include_router(arrivals_router(transactions, identities))
        process.app.include_router(episodes_router(transactions))
        process.app.include_router(decisions_router(transactions))
        process.app.include_router(tasks_router(transactions))
        process.app.include_router(worklist_router(transactions))
        process.app.include_router(screening_router(transactions, identities))
        process.app.include_router(consents_router(transactions, identities))
        process.app.include_router(authorizations_router(transactions, identities))
        process.app.include_router(plans_router(transactions))
    if "consumer" in process.roles:
        metrics = ConsumerMetrics(process.registry)
        delivery = Commands(process.name, HANDLERS)
        consumers["intake"] = consume(process, database, "intake", TOPICS, delivery, metrics)
    if "activities" in process.roles:
        platform = process.settings
        client = await connect(platform.temporal_address, platform.temporal_namespace, process.keys)
        worker = activity_worker(client, INTAKE_QUEUE, IntakeActivities(transactions).all())
        process.run("activities", lambda: run_worker(worker))
    if "duties" in process.roles:
        run_duties(process, database, settings, {EXPIRE_CONSENT_DUTY: ExpireConsent(transactions)})
    process.app.include_router(platform_router(transactions, consumers))
    return settings.port


if __name__ == "__main__":
    run_process("intake", ROLES, wire)
