"""Waitlists of groups."""

from uuid import UUID

import asyncpg

from stepwell_kernel.codes import PriorityClass
from stepwell_kernel.errors import NotFound
from stepwell_kernel.scheduling_codes import WaitlistOutcome
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.waitlist import Wait

INSERT = """
insert into waitlist (waitlist_id, tenant_id, facility_id, group_id, episode_id, patient_id, priority, state, joined_at)
values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8)
"""

SELECT = """
select w.waitlist_id, w.facility_id, t.program_id, w.group_id, w.episode_id, w.patient_id, w.priority, w.state,
       w.joined_at
from waitlist w join care_group g using (group_id) join track t using (track_id)
"""

FIND = f"{SELECT} where w.waitlist_id = $1"

OF_GROUP = f"{SELECT} where w.group_id = $1 and w.state = 'waiting'"

OF_EPISODE = f"{SELECT} where w.episode_id = $1 and w.state = 'waiting'"

OF_FACILITY = f"{SELECT} where w.facility_id = $1 and w.state = 'waiting'"

END = "update waitlist set state = $2, membership_id = $3, ended_at = $4 where waitlist_id = $1"


def _wait(row: asyncpg.Record) -> Wait:
    return Wait(**(dict(row) | {"priority": PriorityClass(row["priority"])}))


async def insert_wait(tx: Transaction, wait: Wait) -> None:
    """Store a place on a waitlist."""
    await tx.connection.execute(
        INSERT,
        wait.waitlist_id,
        tx.tenant,
        wait.facility_id,
        wait.group_id,
        wait.episode_id,
        wait.patient_id,
        wait.priority,
        wait.joined_at,
    )


async def find_wait(tx: Transaction, waitlist_id: UUID) -> Wait:
    """The place on a waitlist, or NotFound."""
    row = await tx.connection.fetchrow(FIND, waitlist_id)
    if row is None:
        raise NotFound("wait_not_found", "there is no such place on a waitlist")
    return _wait(row)


async def waiting_for(tx: Transaction, group_id: UUID) -> list[Wait]:
    """Who waits for a place in the group, who comes first at the front."""
    return await _sorted(tx, OF_GROUP, group_id)


async def waits_of(tx: Transaction, episode_id: UUID) -> list[Wait]:
    """Where the episode waits."""
    return await _sorted(tx, OF_EPISODE, episode_id)


async def waits_at(tx: Transaction, facility_id: UUID) -> list[Wait]:
    """Who waits at the facility."""
    return await _sorted(tx, OF_FACILITY, facility_id)


async def _sorted(tx: Transaction, statement: str, subject_id: UUID) -> list[Wait]:
    waits = [_wait(row) for row in await tx.connection.fetch(statement, subject_id)]
    return sorted(waits, key=lambda wait: wait.precedence)


async def end_wait(
    tx: Transaction, waitlist_id: UUID, outcome: WaitlistOutcome, membership_id: UUID | None = None
) -> None:
    """The wait is over."""
    await tx.connection.execute(END, waitlist_id, outcome, membership_id, tx.now)
