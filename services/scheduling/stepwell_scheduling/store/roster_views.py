"""The read side of rosters: members and waits of a group, and what waits for a scheduler."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stepwell_contracts.http.scheduling_care import MemberView, Roster, WaitView
from stepwell_kernel.local_time import local_at
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.reference import Group
from stepwell_scheduling.domain.waitlist import Wait
from stepwell_scheduling.store.reference import find_group, find_zone
from stepwell_scheduling.store.rosters import can_enter, full_on, members_from
from stepwell_scheduling.store.waitlists import waiting_for, waits_at

UNSEATED = """
select u.membership_id, u.session_id, m.episode_id, s.starts_at
from unseated_member u join group_member m using (membership_id) join session s using (session_id)
where m.facility_id = $1 and m.held_by is null and s.state = 'scheduled' and s.starts_at > $2
      and m.from_day <= s.starts_local::date and (m.until_day is null or m.until_day > s.starts_local::date)
      and not exists (select from booking b
                      where b.session_id = s.session_id and b.episode_id = m.episode_id and b.state = 'booked')
order by s.starts_at, u.membership_id
"""


@dataclass(frozen=True, slots=True)
class Unseated:
    """A member who has no seat in a meeting ahead."""

    membership_id: UUID
    session_id: UUID
    episode_id: UUID
    starts_at: datetime


async def roster_of(tx: Transaction, group: Group, today: date) -> Roster:
    """Members of a group from today on, and who waits for it."""
    full = await full_on(tx, (group.group_id,), today)
    return Roster(
        group_id=group.group_id,
        capacity=group.capacity,
        members=tuple(
            MemberView(
                membership_id=one.membership_id,
                episode_id=one.episode_id,
                from_day=one.from_day,
                until_day=one.until_day,
            )
            for one in await members_from(tx, group.group_id, today)
        ),
        waiting=tuple(
            WaitView(
                waitlist_id=one.waitlist_id,
                episode_id=one.episode_id,
                priority=one.priority,
                joined_at=one.joined_at,
            )
            for one in await waiting_for(tx, group.group_id)
        ),
        full_on=full.get(group.group_id),
    )


async def unseated_members(tx: Transaction, facility_id: UUID) -> list[Unseated]:
    """Members of groups of the facility without a seat in a meeting ahead, by start."""
    return [Unseated(**row) for row in await tx.connection.fetch(UNSEATED, facility_id, tx.now)]


async def waits_with_place(tx: Transaction, facility_id: UUID) -> list[Wait]:
    """Who waits at the facility although the group has a place: something else stands against it."""
    waits = await waits_at(tx, facility_id)
    if not waits:
        return []
    today = local_at(tx.now, await find_zone(tx, facility_id)).date()
    groups = sorted({wait.group_id for wait in waits})
    full = await full_on(tx, groups, today)
    free = {one for one in groups if one not in full and await can_enter(tx, await find_group(tx, one), today)}
    return [wait for wait in waits if wait.group_id in free]
