"""Closed weeks of episodes."""

from datetime import date, datetime
from uuid import UUID

from stepwell_contracts.http.scheduling_care import WeekView
from stepwell_kernel.local_time import local_at
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.weeks import Week, WeekTally, week_of

ATTENDED = """
select coalesce(sum(b.minutes), 0)::integer
from booking b join session s using (session_id)
where b.episode_id = $1 and b.state = 'booked' and s.starts_at >= $2 and s.starts_at < $3
      and b.counts_as is distinct from 'absent'
"""

INSERT = """
insert into episode_week (tenant_id, episode_id, week_starts_on, required_minutes, attended_minutes, shortfall_minutes,
                          hours_rule, closed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing
returning true
"""

CLOSED_AT = """
select week_starts_on, required_minutes, attended_minutes
from episode_week
where episode_id = $1 and week_starts_on <= $2 and week_starts_on > $2 - 7
"""

AMEND = """
update episode_week set attended_minutes = $3, shortfall_minutes = $4, amended_at = $5
where episode_id = $1 and week_starts_on = $2
"""

OF_EPISODE = """
select week_starts_on, required_minutes, attended_minutes, shortfall_minutes, hours_rule, closed_at, amended_at
from episode_week
where episode_id = $1
order by week_starts_on
"""


async def attended_minutes(tx: Transaction, episode_id: UUID, week: Week) -> int:
    """Minutes attended in the sessions that started in the week; a stay that counts as absent, and can be made up for,
    has none.
    """
    minutes: int = await tx.connection.fetchval(ATTENDED, episode_id, week.starts_at, week.ends_at)
    return minutes


async def insert_week(tx: Transaction, episode_id: UUID, week: Week, tally: WeekTally) -> bool:
    """Store the tally; False when the week was closed before."""
    return bool(
        await tx.connection.fetchval(
            INSERT,
            tx.tenant,
            episode_id,
            week.starts_on,
            tally.required_minutes,
            tally.attended_minutes,
            tally.shortfall_minutes,
            tally.hours_rule,
            tx.now,
        )
    )


async def closed_week(tx: Transaction, episode_id: UUID, at: datetime, zone_name: str) -> tuple[Week, WeekTally] | None:
    """The closed week of the episode in which an instant lies, with its tally."""
    row = await tx.connection.fetchrow(CLOSED_AT, episode_id, local_at(at, zone_name).date())
    if row is None:
        return None
    return week_of(row["week_starts_on"], zone_name), WeekTally(row["required_minutes"], row["attended_minutes"])


async def amend_week(tx: Transaction, episode_id: UUID, week_starts_on: date, tally: WeekTally) -> None:
    """Store the tally of a closed week anew."""
    await tx.connection.execute(
        AMEND, episode_id, week_starts_on, tally.attended_minutes, tally.shortfall_minutes, tx.now
    )


async def weeks_of_episode(tx: Transaction, episode_id: UUID) -> tuple[WeekView, ...]:
    """The closed weeks of an episode, by their first day."""
    return tuple(WeekView(**row) for row in await tx.connection.fetch(OF_EPISODE, episode_id))
