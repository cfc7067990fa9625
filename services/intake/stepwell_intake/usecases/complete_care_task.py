"""A person did what a care task asked for."""

from uuid import UUID

from stepwell_contracts.events.intake_clinical import CareTaskCompleted
from stepwell_contracts.http.intake_decisions import CareTaskDone, CompleteCareTask
from stepwell_intake.domain.access import COMPLETE_CARE_TASK, care_task_of, staff_of
from stepwell_intake.domain.care_tasks import check_completable, check_outcome
from stepwell_intake.store.care_tasks import close_task, find_task
from stepwell_intake.store.decision_rules import outcome_rule
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.reference import find_facility
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def complete_care_task(
    tx: Transaction, episode_id: UUID, task_id: UUID, command: CompleteCareTask
) -> CareTaskDone:
    """Close the task with its outcome, for who it concerns or a supervisor.

    Raises NotFound (`episode_not_found`, `care_task_not_found`), Conflict (`task_has_its_command`, `task_closed`),
    Invalid (`outcome_unknown`), Forbidden (`not_granted`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(COMPLETE_CARE_TASK, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    completed_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    task = await find_task(tx, episode_id, task_id)
    holders = care_task_of(task.role, task.escalated_to)
    tx.authorize(holders, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    check_completable(task.kind, is_open=task.is_open)
    today = (await find_facility(tx, episode.facility_id)).day_of(tx.now)
    check_outcome(command.outcome, await outcome_rule(tx, today, task.kind))
    await close_task(tx, task_id, command.outcome, completed_by=completed_by)
    event = CareTaskCompleted(
        episode_id=episode_id, task_id=task_id, outcome=command.outcome, completed_by=completed_by
    )
    tx.emit(stream, event, episode_id=episode_id)
    return CareTaskDone(task_id=task_id, outcome=command.outcome)
