"""Weeks of care as scheduling closed them."""

from uuid import UUID

from stepwell_contracts.events.scheduling import WeekClosed
from stepwell_intake.domain.step_down import AttendedWeek
from stepwell_postgres.transaction import Transaction

KEEP = """
insert into attended_week (tenant_id, episode_id, week_starts_on, required_minutes, attended_minutes, version)
values ($1, $2, $3, $4, $5, $6)
on conflict (tenant_id, episode_id, week_starts_on) do update
    set required_minutes = excluded.required_minutes, attended_minutes = excluded.attended_minutes,
        version = excluded.version
    where attended_week.version < excluded.version
"""

OF_EPISODE = """
select week_starts_on, required_minutes, attended_minutes
from attended_week
where episode_id = $1
order by week_starts_on desc
"""


async def keep_week(tx: Transaction, event: WeekClosed, version: int) -> None:
    """Store what an event of that version says, unless a later one is known."""
    await tx.connection.execute(
        KEEP,
        tx.tenant,
        event.episode_id,
        event.week_starts_on,
        event.required_minutes,
        event.attended_minutes,
        version,
    )


async def attended_weeks(tx: Transaction, episode_id: UUID) -> tuple[AttendedWeek, ...]:
    """The closed weeks of an episode, the newest first."""
    rows = await tx.connection.fetch(OF_EPISODE, episode_id)
    return tuple(AttendedWeek(row["week_starts_on"], row["required_minutes"], row["attended_minutes"]) for row in rows)
