"""Journeys as the console and the API see them; a caller's facilities bound every list, count and detail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from stepwell_contracts.http.operations import JourneyRow, TimelineEntry
from stepwell_kernel.caller import Caller
from stepwell_kernel.errors import NotFound
from stepwell_postgres.transaction import Transaction

TASKS = """
left join lateral (
    select count(*) as open_tasks, min(t.due_at) as next_due from care_task t
    where t.episode_id = j.episode_id and t.state = 'open'
) tasks on true
"""

LIST = f"""
select j.episode_id, j.facility_id, j.phase, j.part, j.since, tasks.open_tasks, tasks.next_due
from journey j {TASKS}
where ($1::uuid[] is null or j.facility_id = any($1)) and ($2::text is null or j.phase = $2)
      and ($3::uuid is null or j.facility_id = $3)
order by j.change desc
limit $4
"""

COUNT = """
select count(*) from journey j
where ($1::uuid[] is null or j.facility_id = any($1)) and ($2::text is null or j.phase = $2)
      and ($3::uuid is null or j.facility_id = $3)
"""

BY_PHASE = """
select j.phase, count(*) as journeys from journey j
where $1::uuid[] is null or j.facility_id = any($1)
group by j.phase
"""

FIND = f"""
select j.episode_id, j.facility_id, j.phase, j.part, j.since, tasks.open_tasks, tasks.next_due
from journey j {TASKS}
where j.episode_id = $1 and ($2::uuid[] is null or j.facility_id = any($2))
"""

TIMELINE = """
select event_id, type, at, version, service, facts, trace_id from timeline
where episode_id = $1 order by at, change limit 1000
"""

OPEN_TASKS = """
select task_id, kind, role, due_at from care_task where episode_id = $1 and state = 'open' order by due_at, task_id
"""

LAST_CHANGE = "select last_value from change_number"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open task of a journey."""

    task_id: UUID
    kind: str
    role: str
    due_at: datetime


def _facilities(caller: Caller) -> list[UUID] | None:
    return None if caller.facilities is None else sorted(caller.facilities)


def _row(row: asyncpg.Record) -> JourneyRow:
    return JourneyRow(**row)


async def journeys(
    tx: Transaction, *, phase: str | None = None, facility_id: UUID | None = None, most: int = 100
) -> Sequence[JourneyRow]:
    """Journeys in the caller's scope, the latest changed first."""
    rows = await tx.connection.fetch(LIST, _facilities(tx.caller), phase, facility_id, most)
    return [_row(row) for row in rows]


async def count_journeys(tx: Transaction, *, phase: str | None = None, facility_id: UUID | None = None) -> int:
    """How many there are in the caller's scope."""
    count: int = await tx.connection.fetchval(COUNT, _facilities(tx.caller), phase, facility_id)
    return count


async def journeys_by_phase(tx: Transaction) -> Mapping[str, int]:
    """Journeys in the caller's scope, by phase."""
    rows = await tx.connection.fetch(BY_PHASE, _facilities(tx.caller))
    return {row["phase"]: row["journeys"] for row in rows}


async def find_journey(tx: Transaction, episode_id: UUID) -> JourneyRow:
    """A journey in the caller's scope; NotFound for one outside of it as for none."""
    row = await tx.connection.fetchrow(FIND, episode_id, _facilities(tx.caller))
    if row is None:
        raise NotFound("journey_not_found", "there is no such journey")
    return _row(row)


async def timeline(tx: Transaction, episode_id: UUID) -> Sequence[TimelineEntry]:
    """What happened in an episode, in the order of domain time."""
    return [TimelineEntry(**row) for row in await tx.connection.fetch(TIMELINE, episode_id)]


async def open_tasks(tx: Transaction, episode_id: UUID) -> Sequence[TaskRow]:
    """The open tasks of an episode, the earliest due first."""
    return [TaskRow(**row) for row in await tx.connection.fetch(OPEN_TASKS, episode_id)]
