"""The process of the journeys: the workflow worker and the bridge."""

import asyncio
import logging

import stepwell_workflows
from stepwell_contracts.journey import TASK_QUEUE
from stepwell_kernel.errors import Unavailable
from stepwell_messaging.applying import Applier
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.platform_api import platform_router
from stepwell_messaging.redrive import redrive_waiting_for
from stepwell_messaging.serving import consume, open_database, run_duties
from stepwell_postgres.pool import TRANSIENT_ERRORS
from stepwell_runtime.clock import FileClock
from stepwell_runtime.process import Process, run_process
from stepwell_temporal.client import connect
from stepwell_temporal.worker import run_worker, workflow_worker
from stepwell_workflows.bridge.calendars import Calendars
from stepwell_workflows.bridge.delivery import NOT_STARTED, Signals
from stepwell_workflows.bridge.late import FOLLOW_UP_LATE, FollowUpLate
from stepwell_workflows.bridge.signals import Journeys
from stepwell_workflows.facility.workflow import FacilityCalendar
from stepwell_workflows.journey.late import LateFact
from stepwell_workflows.journey.workflow import EpisodeJourney
from stepwell_workflows.settings import Settings

ROLES = frozenset({"journeys", "bridge"})
TOPICS = (
    "stepwell.intake.patient",
    "stepwell.scheduling.patient",
    "stepwell.medication.patient",
    "stepwell.notifications.patient",
)
REFERENCE = ("stepwell.scheduling.reference",)
REDRIVE_EVERY_S = 1.0
AWAY: tuple[type[Exception], ...] = (Unavailable, *TRANSIENT_ERRORS)

logger = logging.getLogger(__name__)


async def wire(process: Process) -> int:
    """Open what the roles need and say what runs."""
    settings = Settings()
    platform = process.settings
    client = await connect(platform.temporal_address, platform.temporal_namespace, process.keys)
    database = await open_database(process, settings, stepwell_workflows.__file__)
    consumers: dict[str, Consumer] = {}
    if "journeys" in process.roles:
        worker = workflow_worker(client, TASK_QUEUE, [EpisodeJourney, LateFact, FacilityCalendar])
        process.run("journeys", lambda: run_worker(worker))
    if "bridge" in process.roles:
        clock = process.clock
        segments = clock.segments if isinstance(clock, FileClock) else tuple
        journeys = Journeys(client, segments)
        metrics = ConsumerMetrics(process.registry)
        bridge = consume(process, database, "journeys", TOPICS, Signals(journeys), metrics)
        run_duties(process, database, settings, {FOLLOW_UP_LATE: FollowUpLate(database.transactions, journeys)})
        consumers["journeys"] = bridge
        consumers["calendars"] = consume(process, database, "calendars", REFERENCE, Calendars(journeys), metrics)
        process.run("redrive", lambda: _redrive_started(bridge.applier))
    process.app.include_router(platform_router(database.transactions, consumers))
    return settings.port


async def _redrive_started(applier: Applier) -> None:
    """Events that came before their journey had started pass as soon as it has."""
    while True:
        await asyncio.sleep(REDRIVE_EVERY_S)
        try:
            await redrive_waiting_for(applier, NOT_STARTED)
        except AWAY:
            logger.info("redrive_waits", extra={"group": applier.consumer})


if __name__ == "__main__":
    run_process("workflows", ROLES, wire)
