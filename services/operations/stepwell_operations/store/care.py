"""What an episode waits for and what it got: open tasks, weeks, the next session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_contracts.http.operations import OpenTask, WeekRow
from stepwell_kernel.codes import Modality
from stepwell_operations.store.scope import facilities_of
from stepwell_postgres.transaction import Transaction

OPEN_TASKS = """
select task_id, kind, role, escalated_to, due_at, opened_at, escalation_due_at, escalations from care_task
where episode_id = $1 and state = 'open' order by due_at, task_id
"""

WAITING = """
select t.task_id, t.kind, t.role, t.escalated_to, t.due_at, t.opened_at, t.escalation_due_at, t.escalations,
       j.episode_id, j.facility_id
from care_task t join journey j on j.tenant_id = t.tenant_id and j.episode_id = t.episode_id
where t.state = 'open' and ($1::uuid[] is null or j.facility_id = any($1))
order by t.due_at, t.task_id
limit $2
"""

COUNT_WAITING = """
select count(*) as open, count(*) filter (where t.due_at < $2) as overdue
from care_task t join journey j on j.tenant_id = t.tenant_id and j.episode_id = t.episode_id
where t.state = 'open' and ($1::uuid[] is null or j.facility_id = any($1))
"""

WEEKS = """
select week_starts_on, required_minutes, attended_minutes, shortfall_minutes from episode_week
where episode_id = $1 order by week_starts_on
"""

SEATS = """
select count(*) filter (where attendance is not null and minutes > 0) as attended,
       count(*) filter (where attendance = 'unexcused_noshow') as missed,
       count(*) filter (where state = 'booked' and attendance is null and starts_at > $2) as ahead,
       min(starts_at) filter (where state = 'booked' and attendance is null and starts_at > $2) as next_at
from booking where episode_id = $1
"""

NEXT_SEAT = """
select modality from booking where episode_id = $1 and state = 'booked' and starts_at = $2 order by booking_id limit 1
"""


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """An open task with the journey that it belongs to."""

    task: OpenTask
    episode_id: UUID
    facility_id: UUID


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many tasks are open, and how many of these are overdue."""

    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Seats:
    """An episode's seats: sessions attended, missed without excuse and ahead, and the next one."""

    attended: int
    missed: int
    ahead: int
    next_at: datetime | None
    next_modality: Modality | None


async def open_tasks(tx: Transaction, episode_id: UUID) -> Sequence[OpenTask]:
    """The open tasks of an episode, the earliest due first."""
    return [OpenTask(**row) for row in await tx.connection.fetch(OPEN_TASKS, episode_id)]


async def waiting_tasks(tx: Transaction, most: int) -> Sequence[WaitingTask]:
    """Open tasks in the caller's scope, the earliest due first."""
    rows = await tx.connection.fetch(WAITING, facilities_of(tx.caller), most)
    return [
        WaitingTask(
            OpenTask(**{name: row[name] for name in OpenTask.model_fields}), row["episode_id"], row["facility_id"]
        )
        for row in rows
    ]


async def count_waiting(tx: Transaction) -> WaitingCount:
    """How many tasks in the caller's scope are open and overdue."""
    row = await tx.connection.fetchrow(COUNT_WAITING, facilities_of(tx.caller), tx.now)
    return WaitingCount(0, 0) if row is None else WaitingCount(row["open"], row["overdue"])


async def weeks(tx: Transaction, episode_id: UUID) -> Sequence[WeekRow]:
    """The closed weeks of an episode, in order."""
    return [WeekRow(**row) for row in await tx.connection.fetch(WEEKS, episode_id)]


async def seats(tx: Transaction, episode_id: UUID) -> Seats:
    """The seats of an episode at this instant."""
    row = await tx.connection.fetchrow(SEATS, episode_id, tx.now)
    if row is None:
        return Seats(0, 0, 0, None, None)
    modality = None
    if row["next_at"] is not None:
        modality = Modality(await tx.connection.fetchval(NEXT_SEAT, episode_id, row["next_at"]))
    return Seats(row["attended"], row["missed"], row["ahead"], row["next_at"], modality)
