"""What waits for people, by role and facility; a caller's facilities bound the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_contracts.http.operations import WorkRow
from stepwell_contracts.http.task_commands import COMPLETE_TASK, TASK_COMMANDS
from stepwell_kernel.codes import Role, TaskKind
from stepwell_operations.store.scope import facilities_of, within
from stepwell_postgres.transaction import Transaction

#: An escalated task stands there once for each of its roles, each with its own due time.
OPEN = f"""
from care_task t
join journey j on j.tenant_id = t.tenant_id and j.episode_id = t.episode_id
cross join lateral (
    values (t.role, t.due_at, false), (t.escalated_to, coalesce(t.escalation_due_at, t.due_at), true)
) w (role, due_at, escalated)
where t.state = 'open' and (not w.escalated or t.escalated_to <> t.role)
      and {within("j.facility_id")}
"""

#: For all roles together each task stands there once, as it was opened.
LIST = f"""
select t.task_id, t.kind, t.episode_id, j.facility_id, j.phase, w.role, w.due_at, t.escalated_to, t.escalations
{OPEN} and case when $3::text is null then not w.escalated else w.role = $3 end
      and ($4::timestamptz is null or w.due_at < $4)
      and ($5::timestamptz is null or (w.due_at, t.task_id) > ($5, $6::uuid))
order by w.due_at, t.task_id
limit $7
"""

Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What a worklist is narrowed to; `due_before` is in domain time."""

    role: Role | None = None
    facility_id: UUID | None = None
    due_before: datetime | None = None


async def work(tx: Transaction, only: WorkFilter, *, after: Place | None = None, most: int) -> Sequence[WorkRow]:
    """Open tasks in the caller's scope after a place, the earliest due first, which puts the overdue before all."""
    due_at, task_id = after or (None, None)
    scope = facilities_of(tx.caller)
    rows = await tx.connection.fetch(LIST, scope, only.facility_id, only.role, only.due_before, due_at, task_id, most)
    return [
        WorkRow(
            kind=row["kind"],
            subject_id=row["task_id"],
            episode_id=row["episode_id"],
            facility_id=row["facility_id"],
            role=Role(row["role"]),
            due_at=row["due_at"],
            command=_command(row["kind"], row["episode_id"], row["task_id"]),
            phase=row["phase"],
            escalated_to=row["escalated_to"],
            escalations=row["escalations"],
        )
        for row in rows
    ]


def _command(kind: str, episode_id: UUID, task_id: UUID) -> str:
    return TASK_COMMANDS.get(TaskKind(kind), COMPLETE_TASK).format(episode_id=episode_id, task_id=task_id)
