"""Care tasks: what the journey gives a person to do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_kernel.codes import Role, TaskKind
from stepwell_kernel.errors import NotFound
from stepwell_postgres.transaction import Transaction

INSERT = """
insert into care_task (task_id, tenant_id, episode_id, facility_id, kind, role, due_at, state, opened_at)
values ($1, $2, $3, $4, $5, $6, $7, 'open', $8)
on conflict (task_id) do nothing
returning true
"""

IS_OPEN = "select state = 'open' from care_task where task_id = $1 and episode_id = $2"

ESCALATE = "update care_task set escalated_to = $2, escalation_due_at = $3 where task_id = $1 and state = 'open'"

CLOSE = """
update care_task set state = 'closed', outcome = $2, completed_by = $3, closed_at = $4
where task_id = $1 and state = 'open'
returning true
"""

FIND = (
    "select kind, role, escalated_to, state = 'open' as is_open from care_task where task_id = $1 and episode_id = $2"
)

MOVE = "update care_task set facility_id = $2 where episode_id = $1 and state = 'open'"

#: Whether somebody has dealt with the task or not: the decision behind it was not carried out.
REJECTED_AT = "select max(opened_at) from care_task where episode_id = $1 and kind = 'action_rejected'"


@dataclass(frozen=True, slots=True)
class CareTask:
    """Something that a role has to do by an instant."""

    task_id: UUID
    episode_id: UUID
    facility_id: UUID
    kind: TaskKind
    role: Role
    due_at: datetime


@dataclass(frozen=True, slots=True)
class TaskAsFound:
    """Whom a task concerns, and whether it is open."""

    kind: TaskKind
    role: Role
    escalated_to: Role | None
    is_open: bool


async def insert_task(tx: Transaction, task: CareTask) -> bool:
    """Store a task; False when one of its id was opened before."""
    return bool(
        await tx.connection.fetchval(
            INSERT,
            task.task_id,
            tx.tenant,
            task.episode_id,
            task.facility_id,
            task.kind,
            task.role,
            task.due_at,
            tx.now,
        )
    )


async def is_open(tx: Transaction, episode_id: UUID, task_id: UUID) -> bool:
    """Whether the episode's task is open, or NotFound."""
    found: bool | None = await tx.connection.fetchval(IS_OPEN, task_id, episode_id)
    if found is None:
        raise NotFound("care_task_not_found", "the episode has no such care task")
    return found


async def find_task(tx: Transaction, episode_id: UUID, task_id: UUID) -> TaskAsFound:
    """The episode's task, or NotFound."""
    row = await tx.connection.fetchrow(FIND, task_id, episode_id)
    if row is None:
        raise NotFound("care_task_not_found", "the episode has no such care task")
    return TaskAsFound(
        kind=TaskKind(row["kind"]),
        role=Role(row["role"]),
        escalated_to=Role(row["escalated_to"]) if row["escalated_to"] else None,
        is_open=row["is_open"],
    )


async def store_escalation(tx: Transaction, task_id: UUID, role: Role, due_at: datetime) -> None:
    """Let the task concern another role as well, by another instant."""
    await tx.connection.execute(ESCALATE, task_id, role, due_at)


async def close_task(tx: Transaction, task_id: UUID, outcome: str, *, completed_by: UUID | None = None) -> bool:
    """Close the task, for the person who completed it if one did; False when it was closed before."""
    return bool(await tx.connection.fetchval(CLOSE, task_id, outcome, completed_by, tx.now))


async def move_tasks(tx: Transaction, episode_id: UUID, facility_id: UUID) -> None:
    """Put the open tasks of an episode on the worklists of another facility."""
    await tx.connection.execute(MOVE, episode_id, facility_id)


async def rejected_at(tx: Transaction, episode_id: UUID) -> datetime | None:
    """When the newest task about a rejected action of the journey was opened; None without one."""
    opened_at: datetime | None = await tx.connection.fetchval(REJECTED_AT, episode_id)
    return opened_at
