"""Memberships of groups, their places and their meetings."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import asyncpg

from stepwell_kernel.errors import NotFound
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.reference import Group
from stepwell_scheduling.domain.rosters import Membership
from stepwell_scheduling.domain.sessions import Session
from stepwell_scheduling.store.bookings import COLUMNS as BOOKING_COLUMNS, Booking, booking_of
from stepwell_scheduling.store.care_rules import enrollment_rule
from stepwell_scheduling.store.sessions import COLUMNS as SESSION_COLUMNS, session_of

INSERT = """
insert into group_member (membership_id, tenant_id, facility_id, group_id, episode_id, patient_id, from_day,
                          enrollment_rule, joined_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

SELECT = """
select m.membership_id, m.facility_id, t.program_id, m.group_id, m.episode_id, m.patient_id, m.from_day, m.until_day,
       m.held_by is not null as held
from group_member m join care_group g using (group_id) join track t using (track_id)
"""

FIND = f"{SELECT} where m.membership_id = $1"

OF_GROUP = f"""
{SELECT} where m.group_id = $1 and (m.until_day is null or m.until_day > greatest($2, m.from_day))
order by m.joined_at, m.membership_id
"""

OF_EPISODE = f"""
{SELECT} where m.episode_id = $1 and (m.until_day is null or m.until_day > greatest($2, m.from_day))
order by m.joined_at, m.membership_id
"""

END = "update group_member set until_day = $2, reason_code = $3, ended_at = $4, held_by = null where membership_id = $1"

HOLD = """
update group_member m set held_by = $2
from facility f
where f.facility_id = m.facility_id and m.episode_id = $1 and m.held_by is null
      and (m.until_day is null or m.until_day > ($3 at time zone f.zone)::date)
"""

HELD_BY = f"{SELECT} where m.held_by = $1 order by m.joined_at, m.membership_id"

RELEASE_HELD = "update group_member set held_by = null where held_by = $1"

MEETINGS = f"""
select {SESSION_COLUMNS} from session
where group_id = $1 and state = 'scheduled' and starts_at > $2 and starts_local::date >= $3
order by starts_at, session_id
"""

MEETINGS_BEFORE = """
with cohort as (
    select series_id from session
    where group_id = $1 and state = 'scheduled' and starts_at > $2 and starts_local::date >= $3
    order by starts_at, session_id
    limit 1
)
select count(*) from session s
where s.group_id = $1 and s.state = 'scheduled' and (s.starts_at <= $2 or s.starts_local::date < $3)
      and (not exists (select from cohort) or s.series_id is not distinct from (select series_id from cohort))
"""

SEATS_AHEAD = f"""
select {BOOKING_COLUMNS}
from booking b join session s using (session_id)
where b.episode_id = $1 and b.state = 'booked' and s.group_id = $2 and s.starts_at > $3 and s.starts_local::date >= $4
order by s.starts_at, b.booking_id
"""

GROUPS = "select session_id, group_id from session where session_id = any($1) and group_id is not null"

#: The first day from $2 on that has as many members as the group has places.
ROSTER_FULL_ON = """
select g.group_id, full_on.day
from care_group g cross join lateral (
    select days.day
    from (select $2::date union select from_day from group_member where group_id = g.group_id and from_day > $2)
         as days (day)
    join group_member m on m.group_id = g.group_id and m.from_day <= days.day
         and (m.until_day is null or m.until_day > days.day)
    group by days.day
    having count(*) >= g.capacity
    order by days.day
    limit 1
) as full_on
where g.group_id = any($1)
"""

#: The first day from $2 on whose meeting, after the instant $3, has all its seats taken.
MEETING_FULL_ON = """
select group_id, min(starts_local::date) as day
from session
where group_id = any($1) and state = 'scheduled' and starts_at > $3 and starts_local::date >= $2 and taken >= capacity
group by group_id
"""

RAISE_CAPACITY = """
update session s set capacity = wanted.capacity
from (select o.session_id, least(g.capacity, coalesce(r.seats, g.capacity)) as capacity
      from session o join care_group g using (group_id) left join room r on r.room_id = o.room_id
      where o.facility_id = $1 and o.state = 'scheduled' and o.starts_at > $2) wanted
where s.session_id = wanted.session_id and s.capacity < wanted.capacity
"""

NOTE_UNSEATED = """
insert into unseated_member (tenant_id, membership_id, session_id, code, noted_at) values ($1, $2, $3, $4, $5)
on conflict (membership_id, session_id) do update set code = excluded.code, noted_at = excluded.noted_at
"""

PASSED_OVER = f"""
select {SESSION_COLUMNS} from session
where starts_at > $2 and state = 'scheduled'
      and session_id in (select session_id from unseated_member where membership_id = $1 and code = $3)
order by starts_at, session_id
"""

FORGET_UNSEATED = "delete from unseated_member where membership_id = $1 and session_id = $2"


def _membership(row: asyncpg.Record) -> Membership:
    return Membership(**row)


async def insert_membership(tx: Transaction, membership: Membership, enrollment_rule: str | None) -> None:
    """Store a membership, with the version of the rule that let it enter a closed group."""
    await tx.connection.execute(
        INSERT,
        membership.membership_id,
        tx.tenant,
        membership.facility_id,
        membership.group_id,
        membership.episode_id,
        membership.patient_id,
        membership.from_day,
        enrollment_rule,
        tx.now,
    )


async def find_membership(tx: Transaction, membership_id: UUID) -> Membership:
    """The membership, or NotFound."""
    row = await tx.connection.fetchrow(FIND, membership_id)
    if row is None:
        raise NotFound("membership_not_found", "there is no such membership")
    return _membership(row)


async def members_from(tx: Transaction, group_id: UUID, day: date) -> list[Membership]:
    """Memberships of a group that reach beyond the start of a day, who joined first at the front."""
    return [_membership(row) for row in await tx.connection.fetch(OF_GROUP, group_id, day)]


async def memberships_of(tx: Transaction, episode_id: UUID, day: date) -> list[Membership]:
    """Memberships of an episode that reach beyond the start of a day."""
    return [_membership(row) for row in await tx.connection.fetch(OF_EPISODE, episode_id, day)]


async def end_membership(tx: Transaction, membership_id: UUID, until_day: date, reason_code: str) -> None:
    """The membership reaches up to that day."""
    await tx.connection.execute(END, membership_id, until_day, reason_code, tx.now)


async def hold_memberships(tx: Transaction, episode_id: UUID, replacement_id: UUID) -> None:
    """Hold the episode's memberships until the exchange of its seats ends."""
    await tx.connection.execute(HOLD, episode_id, replacement_id, tx.now)


async def memberships_held_by(tx: Transaction, replacement_id: UUID) -> list[Membership]:
    """The memberships that an exchange of seats holds."""
    return [_membership(row) for row in await tx.connection.fetch(HELD_BY, replacement_id)]


async def release_memberships(tx: Transaction, replacement_id: UUID) -> None:
    """The memberships stand as before the exchange."""
    await tx.connection.execute(RELEASE_HELD, replacement_id)


async def meetings_from(tx: Transaction, group_id: UUID, day: date) -> list[Session]:
    """Meetings of a group that lie ahead, from a local day on, by start."""
    return [session_of(row) for row in await tx.connection.fetch(MEETINGS, group_id, tx.now, day)]


async def meetings_before(tx: Transaction, group_id: UUID, day: date) -> int:
    """How many meetings a member from that day on has missed, in the series that it enters."""
    count: int = await tx.connection.fetchval(MEETINGS_BEFORE, group_id, tx.now, day)
    return count


async def can_enter(tx: Transaction, group: Group, day: date) -> bool:
    """Whether somebody may enter the group from that day on, if it has a place."""
    if group.is_open:
        return True
    rule = await enrollment_rule(tx, group.facility_id, tx.now)
    return rule.admits(await meetings_before(tx, group.group_id, day))


async def seats_ahead(tx: Transaction, membership: Membership, day: date) -> list[Booking]:
    """The member's seats in meetings of the group that lie ahead, from a local day on, by start."""
    rows = await tx.connection.fetch(SEATS_AHEAD, membership.episode_id, membership.group_id, tx.now, day)
    return [booking_of(row) for row in rows]


async def groups_of_sessions(tx: Transaction, session_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """The group of each session that has one."""
    return {row["session_id"]: row["group_id"] for row in await tx.connection.fetch(GROUPS, session_ids)}


async def roster_full_on(tx: Transaction, group_ids: Sequence[UUID], day: date) -> Mapping[UUID, date]:
    """The first day from that day on, on which a group has no place; groups that always have one are left out."""
    return {row["group_id"]: row["day"] for row in await tx.connection.fetch(ROSTER_FULL_ON, group_ids, day)}


async def full_on(tx: Transaction, group_ids: Sequence[UUID], day: date) -> Mapping[UUID, date]:
    """The first day from that day on, on which a group has no place or a meeting no seat; others are left out."""
    rows = await tx.connection.fetch(MEETING_FULL_ON, group_ids, day, tx.now)
    meetings = {row["group_id"]: row["day"] for row in rows}
    rosters = await roster_full_on(tx, group_ids, day)
    return {group_id: min(days) for group_id in group_ids if (days := _both(group_id, meetings, rosters))}


def _both(group_id: UUID, *known: Mapping[UUID, date]) -> list[date]:
    return [days[group_id] for days in known if group_id in days]


async def raise_capacity(tx: Transaction, facility_id: UUID) -> None:
    """Give meetings ahead the seats that their group has now, at most those of the room; none loses a seat."""
    await tx.connection.execute(RAISE_CAPACITY, facility_id, tx.now)


async def note_unseated(tx: Transaction, membership: Membership, session: Session, code: str) -> None:
    """Note why a member has no seat in a meeting."""
    await tx.connection.execute(NOTE_UNSEATED, tx.tenant, membership.membership_id, session.session_id, code, tx.now)


async def passed_over(tx: Transaction, membership: Membership, code: str) -> list[Session]:
    """Meetings ahead in which the member was not seated for that reason, by start."""
    rows = await tx.connection.fetch(PASSED_OVER, membership.membership_id, tx.now, code)
    return [session_of(row) for row in rows]


async def forget_unseated(tx: Transaction, membership: Membership, session: Session) -> None:
    """The member has a seat after all."""
    await tx.connection.execute(FORGET_UNSEATED, membership.membership_id, session.session_id)
