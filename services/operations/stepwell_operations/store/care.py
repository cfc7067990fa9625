"""What an episode waits for and what it got: open tasks, weeks, the next session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_contracts.http.operations import OpenTask, WeekRow
from stepwell_kernel.codes import Modality
from stepwell_postgres.transaction import Transaction

OPEN_TASKS = """
select task_id, kind, role, escalated_to, due_at, opened_at, escalation_due_at, escalations from care_task
where episode_id = $1 and state = 'open' order by due_at, task_id
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
