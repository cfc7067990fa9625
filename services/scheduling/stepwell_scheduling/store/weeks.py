"""Closed weeks of episodes."""

from uuid import UUID

from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.weeks import Week, WeekTally

ATTENDED = """
select coalesce(sum(b.minutes), 0)::integer
from booking b join session s using (session_id)
where b.episode_id = $1 and b.state = 'booked' and s.starts_at >= $2 and s.starts_at < $3
"""

INSERT = """
insert into episode_week (tenant_id, episode_id, week_starts_on, required_minutes, attended_minutes, shortfall_minutes,
                          closed_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing
returning true
"""


async def attended_minutes(tx: Transaction, episode_id: UUID, week: Week) -> int:
    """Minutes attended in the sessions that started in the week."""
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
            tx.now,
        )
    )
