"""The read side of intake."""

from datetime import datetime
from uuid import UUID

from stepwell_contracts.http.common import WorklistRow
from stepwell_contracts.http.intake import CareTaskView
from stepwell_kernel.codes import Role, TaskKind
from stepwell_postgres.transaction import Transaction

TASKS = """
select task_id, kind, role, due_at, state, outcome
from care_task
where episode_id = $1
order by opened_at, task_id
"""

#: An escalated task stands on the worklist of both roles, each with its own due time.
WORKLIST = """
select w.task_id, w.episode_id, w.kind, w.role, w.due_at
from (
    select task_id, episode_id, kind, role, due_at
    from care_task
    where facility_id = $1 and state = 'open'
    union all
    select task_id, episode_id, kind, escalated_to, escalation_due_at
    from care_task
    where facility_id = $1 and state = 'open' and escalated_to is not null
) w
where ($2::text is null or w.role = $2) and ($3::timestamptz is null or w.due_at < $3)
      and ($4::timestamptz is null or (w.due_at, w.task_id, w.role) > ($4, $5::uuid, $6::text))
order by w.due_at, w.task_id, w.role
limit $7
"""

#: The command that settles a kind of task; for the rest there is the episode to look at.
COMMANDS = (
    (TaskKind.REFERRAL_CONTACT, "POST", "first-contact"),
    (TaskKind.STEP_DOWN_REVIEW, "POST", "step-down"),
    (TaskKind.AFTERCARE_CHECK, "POST", "aftercare-contacts"),
)

#: A place in the worklist: due time, task, role.
Place = tuple[datetime, UUID, str]


async def tasks_of(tx: Transaction, episode_id: UUID) -> tuple[CareTaskView, ...]:
    """All tasks of an episode, in the order in which they were opened."""
    return tuple(CareTaskView(**row) for row in await tx.connection.fetch(TASKS, episode_id))


async def open_tasks(
    tx: Transaction,
    facility_id: UUID,
    role: Role | None,
    due_before: datetime | None,
    after: Place | None,
    most: int,
) -> list[WorklistRow]:
    """Open tasks of a facility after a place, the earliest due first."""
    due_at, task_id, last_role = after or (None, None, None)
    rows = await tx.connection.fetch(WORKLIST, facility_id, role, due_before, due_at, task_id, last_role, most)
    return [
        WorklistRow(
            kind=row["kind"],
            subject_id=row["task_id"],
            episode_id=row["episode_id"],
            facility_id=facility_id,
            role=Role(row["role"]),
            due_at=row["due_at"],
            command=_command(row["kind"], row["episode_id"]),
        )
        for row in rows
    ]


def _command(kind: str, episode_id: UUID) -> str:
    for task_kind, method, path in COMMANDS:
        if kind == task_kind:
            return f"{method} /v1/episodes/{episode_id}/{path}"
    return f"GET /v1/episodes/{episode_id}"
