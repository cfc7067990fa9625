"""Note a query of the prescription drug monitoring program."""

from datetime import timedelta
from uuid import UUID

from stepwell_contracts.events.medication_orders import MonitoringChecked
from stepwell_contracts.http.medication_orders import CheckMonitoring, MonitoringNoted
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_kernel.ids import new_id
from stepwell_medication.domain.access import CHECK_MONITORING, staff_of
from stepwell_medication.store.checks import Subject, insert_monitoring, monitored
from stepwell_medication.store.reference import find_episode
from stepwell_medication.store.rules import monitoring_days
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def check_monitoring(tx: Transaction, episode_id: UUID, command: CheckMonitoring) -> MonitoringNoted:
    """Store when the program was asked, by whom, and a summary of its answer; never the report.

    Raises Unavailable (`episode_not_known_yet`), Invalid (`asked_in_the_future`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(CHECK_MONITORING, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    checked_by = staff_of(tx.caller)
    if command.asked_at > tx.now:
        problem = FieldProblem("asked_at", "lies in the future")
        raise Invalid("asked_in_the_future", "the program cannot have been asked later than now", fields=(problem,))
    stream = await lock_patient(tx, episode.patient_id)
    check_id, answered = new_id(), command.summary is not None
    subject = Subject(episode_id, episode.patient_id)
    await insert_monitoring(tx, check_id, subject, command.asked_at, command.summary, checked_by)
    event = MonitoringChecked(check_id=check_id, episode_id=episode_id, answered=answered, checked_by=checked_by)
    tx.emit(stream, event, episode_id=episode_id)
    last = (await monitored(tx, episode.patient_id)).answered_at
    days = await monitoring_days(tx, tx.now.date())
    return MonitoringNoted(
        check_id=check_id, answered=answered, next_due_at=last + timedelta(days=days) if last else None
    )
