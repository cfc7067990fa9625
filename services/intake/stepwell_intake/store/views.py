"""The read side of intake."""

from datetime import datetime
from uuid import UUID

from stepwell_contracts.http.common import WorklistRow
from stepwell_contracts.http.intake import CareTaskView
from stepwell_contracts.http.intake_decisions import DecisionView
from stepwell_contracts.http.task_commands import COMPLETE_TASK, TASK_COMMANDS
from stepwell_kernel.codes import Role, TaskKind
from stepwell_postgres.transaction import Transaction

TASKS = """
select task_id, kind, role, due_at, state, outcome
from care_task
where episode_id = $1
order by opened_at, task_id
"""

#: An escalated task stands on the worklist of both roles, each with its own due time. Decisions about records that the
#: rule has looked at afterwards stand among the tasks.
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
    union all
    select disclosure_id, episode_id, 'disclosure_review', review_role, review_due_at
    from disclosure
    where facility_id = $1 and review_role is not null and reviewed_at is null
) w
where ($2::text is null or w.role = $2) and ($3::timestamptz is null or w.due_at < $3)
      and ($4::timestamptz is null or (w.due_at, w.task_id, w.role) > ($4, $5::uuid, $6::text))
order by w.due_at, w.task_id, w.role
limit $7
"""

DECISIONS = """
select decision_id, kind, state, program_id, prescribed_minutes_per_week, facility_id, reason, reason_code,
       last_contact_on, expected_on as expected_back_on, rules, decided_by, decided_at, settled_at
from decision
where episode_id = $1
order by decided_at desc, decision_id desc
"""

DISCLOSURE_REVIEW = "disclosure_review"

#: A place in the worklist: due time, task, role.
Place = tuple[datetime, UUID, str]


async def tasks_of(tx: Transaction, episode_id: UUID) -> tuple[CareTaskView, ...]:
    """All tasks of an episode, in the order in which they were opened."""
    return tuple(CareTaskView(**row) for row in await tx.connection.fetch(TASKS, episode_id))


async def decisions_of(tx: Transaction, episode_id: UUID) -> tuple[DecisionView, ...]:
    """The decisions of an episode, the newest first."""
    return tuple(DecisionView(**row) for row in await tx.connection.fetch(DECISIONS, episode_id))


async def open_tasks(
    tx: Transaction,
    facility_id: UUID,
    role: Role | None,
    due_before: datetime | None,
    after: Place | None,
    most: int,
) -> list[WorklistRow]:
    """What waits at a facility after a place, the earliest due first."""
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
            command=_command(row["kind"], row["episode_id"], row["task_id"]),
        )
        for row in rows
    ]


def _command(kind: str, episode_id: UUID, subject_id: UUID) -> str:
    if kind == DISCLOSURE_REVIEW:
        return f"POST /v1/episodes/{episode_id}/disclosures/{subject_id}/review"
    return TASK_COMMANDS.get(TaskKind(kind), COMPLETE_TASK).format(episode_id=episode_id, task_id=subject_id)
