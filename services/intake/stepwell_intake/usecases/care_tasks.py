"""Open, escalate and close what the journey gives people to do."""

from stepwell_contracts.activities import ActionResult, CloseCareTask, EscalateCareTask, OpenCareTask
from stepwell_contracts.events.intake import CareTaskClosed, CareTaskEscalated, CareTaskOpened
from stepwell_intake.domain.access import CLOSE_CARE_TASK, ESCALATE_CARE_TASK, OPEN_CARE_TASK
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.store.care_tasks import CareTask, close_task, insert_task, is_open, store_escalation
from stepwell_intake.store.episodes import find_episode
from stepwell_kernel.access import Action, Resource
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction

Message = OpenCareTask | EscalateCareTask | CloseCareTask


async def open_care_task(tx: Transaction, message: OpenCareTask) -> ActionResult:
    """Give a role something to do; opening it again changes nothing. Raises NotFound (`episode_not_found`)."""
    episode, stream = await _enter(tx, OPEN_CARE_TASK, message)
    task = CareTask(
        message.task_id, episode.episode_id, episode.facility_id, message.kind, message.role, message.due_at
    )
    if await insert_task(tx, task):
        event = CareTaskOpened(
            episode_id=task.episode_id,
            task_id=task.task_id,
            kind=task.kind,
            role=task.role,
            due_at=task.due_at,
        )
        tx.emit(stream, event, episode_id=task.episode_id)
    return ActionResult(accepted=True, subject_id=message.task_id)


async def escalate_care_task(tx: Transaction, message: EscalateCareTask) -> ActionResult:
    """Let the task concern another role too; one that is closed stays so. Raises NotFound (`care_task_not_found`)."""
    episode, stream = await _enter(tx, ESCALATE_CARE_TASK, message)
    if await is_open(tx, episode.episode_id, message.task_id):
        await store_escalation(tx, message.task_id, message.role, message.due_at)
        event = CareTaskEscalated(
            episode_id=episode.episode_id,
            task_id=message.task_id,
            role=message.role,
            due_at=message.due_at,
        )
        tx.emit(stream, event, episode_id=episode.episode_id)
    return ActionResult(accepted=True, subject_id=message.task_id)


async def close_care_task(tx: Transaction, message: CloseCareTask) -> ActionResult:
    """The task is done or no longer needed; closing it again changes nothing. Raises NotFound."""
    episode, stream = await _enter(tx, CLOSE_CARE_TASK, message)
    await is_open(tx, episode.episode_id, message.task_id)
    if await close_task(tx, message.task_id, message.outcome):
        event = CareTaskClosed(episode_id=episode.episode_id, task_id=message.task_id, outcome=message.outcome)
        tx.emit(stream, event, episode_id=episode.episode_id)
    return ActionResult(accepted=True, subject_id=message.task_id)


async def _enter(tx: Transaction, action: Action, message: Message) -> tuple[Episode, Stream]:
    episode = await find_episode(tx, message.key.episode_id)
    tx.authorize(action, Resource(tx.tenant, "episode", episode.episode_id, episode.facility_id))
    return episode, await lock_patient(tx, episode.patient_id)
