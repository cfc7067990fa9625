"""Closed weeks of episodes: minutes required, attended and short, as they were closed or amended last."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from stepwell_contracts.events.scheduling import WeekClosed
from stepwell_contracts.events.scheduling_care import AttendanceAmended
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

KEEP = """
insert into episode_week (tenant_id, episode_id, week_starts_on, required_minutes, attended_minutes,
                          shortfall_minutes, version)
select $1, e.*
from unnest($2::uuid[], $3::date[], $4::integer[], $5::integer[], $6::integer[], $7::bigint[]) as e
order by 2, 3
on conflict (tenant_id, episode_id, week_starts_on) do update
    set required_minutes = excluded.required_minutes, attended_minutes = excluded.attended_minutes,
        shortfall_minutes = excluded.shortfall_minutes, version = excluded.version
    where episode_week.version < excluded.version
"""


async def keep_weeks(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Keep each week as it was closed last."""
    weeks: dict[tuple[UUID, date], tuple[WeekClosed | AttendanceAmended, int]] = {}
    for one in incoming:
        if isinstance(one.event, WeekClosed | AttendanceAmended):
            weeks[one.event.episode_id, one.event.week_starts_on] = one.event, one.envelope.version
    if weeks:
        rows = list(weeks.values())
        await tx.connection.execute(
            KEEP,
            tx.tenant,
            [event.episode_id for event, _ in rows],
            [event.week_starts_on for event, _ in rows],
            [event.required_minutes for event, _ in rows],
            [event.attended_minutes for event, _ in rows],
            [event.shortfall_minutes for event, _ in rows],
            [version for _, version in rows],
        )
