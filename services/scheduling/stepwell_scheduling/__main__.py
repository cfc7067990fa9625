"""The process of scheduling: its roles and all their wiring."""

import stepwell_scheduling
from stepwell_contracts.activities import SCHEDULING_QUEUE
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Commands
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.platform_api import platform_router
from stepwell_messaging.serving import consume, open_database
from stepwell_runtime.process import Process, run_process
from stepwell_scheduling.activities.facility import FacilityActivities
from stepwell_scheduling.activities.journey import SchedulingActivities
from stepwell_scheduling.activities.planning import PlanningActivities
from stepwell_scheduling.api.bookings import bookings_router
from stepwell_scheduling.api.plans import plans_router
from stepwell_scheduling.api.reference import reference_router
from stepwell_scheduling.api.rosters import rosters_router
from stepwell_scheduling.api.series import series_router
from stepwell_scheduling.api.sessions import sessions_router
from stepwell_scheduling.api.visits import visits_router
from stepwell_scheduling.api.waitlists import waitlists_router
from stepwell_scheduling.api.worklist import worklist_router
from stepwell_scheduling.consumers.episodes import HANDLERS
from stepwell_scheduling.settings import Settings
from stepwell_temporal.client import connect
from stepwell_temporal.worker import activity_worker, run_worker

ROLES = frozenset({"api", "relay", "consumer", "activities", "duties"})


async def wire(process: Process) -> int:
    """Open what the roles need and say what runs."""
    settings = Settings()
    database = await open_database(process, settings, stepwell_scheduling.__file__)
    transactions = database.transactions
    consumers: dict[str, Consumer] = {}
    if "api" in process.roles:
        process.app.include_router(reference_router(transactions))
        process.app.include_router(sessions_router(transactions))
        process.app.include_router(series_router(transactions))
        process.app.include_router(visits_router(transactions))
        process.app.include_router(bookings_router(transactions))
        process.app.include_router(rosters_router(transactions))
        process.app.include_router(waitlists_router(transactions))
        process.app.include_router(plans_router(transactions))
        process.app.include_router(worklist_router(transactions))
    if "consumer" in process.roles:
        metrics = ConsumerMetrics(process.registry)
        delivery = Commands(process.name, HANDLERS)
        topics = ("stepwell.intake.patient",)
        consumers["scheduling"] = consume(process, database, "scheduling", topics, delivery, metrics)
    if "activities" in process.roles:
        platform = process.settings
        client = await connect(platform.temporal_address, platform.temporal_namespace, process.keys)
        activities = (
            *SchedulingActivities(transactions).all(),
            *FacilityActivities(transactions).all(),
            *PlanningActivities(transactions).all(),
        )
        worker = activity_worker(client, SCHEDULING_QUEUE, activities)
        process.run("activities", lambda: run_worker(worker))
    process.app.include_router(platform_router(transactions, consumers))
    return settings.port


if __name__ == "__main__":
    run_process("scheduling", ROLES, wire)
