"""The process of medication: its roles and all their wiring."""

import stepwell_medication
from stepwell_contracts.activities import MEDICATION_QUEUE
from stepwell_medication.activities.facility import MedicationActivities
from stepwell_medication.api.checks import checks_router
from stepwell_medication.api.doses import doses_router
from stepwell_medication.api.drug_tests import drug_tests_router
from stepwell_medication.api.holds import holds_router
from stepwell_medication.api.injections import injections_router
from stepwell_medication.api.orders import orders_router
from stepwell_medication.api.stock import stock_router
from stepwell_medication.api.worklist import worklist_router
from stepwell_medication.consumers.reference import HANDLERS
from stepwell_medication.duties.call_for_injection import CallForInjection
from stepwell_medication.duties.end_call_in import EndCallIn
from stepwell_medication.duties.note_missed_day import NoteMissedDay
from stepwell_medication.duties.note_overdue_injection import NoteOverdueInjection
from stepwell_medication.settings import Settings
from stepwell_medication.usecases.note_missed_day import NOTE_MISSED_DAY_DUTY
from stepwell_medication.usecases.note_uncollected import END_CALL_IN_DUTY
from stepwell_medication.usecases.plan_injection import CALL_FOR_INJECTION_DUTY, NOTE_OVERDUE_INJECTION_DUTY
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Commands
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.platform_api import platform_router
from stepwell_messaging.serving import consume, open_database, run_duties
from stepwell_postgres.duty_runner import DutyHandler
from stepwell_runtime.process import Process, run_process
from stepwell_temporal.client import connect
from stepwell_temporal.worker import activity_worker, run_worker

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
        process.app.include_router(checks_router(transactions))
        process.app.include_router(doses_router(transactions))
        process.app.include_router(holds_router(transactions))
        process.app.include_router(drug_tests_router(transactions))
        process.app.include_router(injections_router(transactions))
        process.app.include_router(stock_router(transactions))
        process.app.include_router(worklist_router(transactions))
    if "consumer" in process.roles:
        metrics = ConsumerMetrics(process.registry)
        delivery = Commands(process.name, HANDLERS)
        consumers["medication"] = consume(process, database, "medication", TOPICS, delivery, metrics)
    if "duties" in process.roles:
        duties: dict[str, DutyHandler] = {
            END_CALL_IN_DUTY: EndCallIn(transactions),
            NOTE_MISSED_DAY_DUTY: NoteMissedDay(transactions),
            CALL_FOR_INJECTION_DUTY: CallForInjection(transactions),
            NOTE_OVERDUE_INJECTION_DUTY: NoteOverdueInjection(transactions),
        }
        run_duties(process, database, settings, duties)
    if "activities" in process.roles:
        platform = process.settings
        client = await connect(platform.temporal_address, platform.temporal_namespace, process.keys)
        worker = activity_worker(client, MEDICATION_QUEUE, MedicationActivities(transactions).all())
        process.run("activities", lambda: run_worker(worker))
    process.app.include_router(platform_router(transactions, consumers))
    return settings.port


if __name__ == "__main__":
    run_process("medication", ROLES, wire)
