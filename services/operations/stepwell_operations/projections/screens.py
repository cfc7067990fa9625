"""Screens: every one that was scored, so that the latest of an instrument can be told with the one before it."""

from collections.abc import Sequence

from stepwell_contracts.events.intake_clinical import ScreenRecorded
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

ADD = """
insert into screen (tenant_id, screen_id, episode_id, instrument, total, band_code, suicide_risk, at, version)
select $1, e.*
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::timestamptz[],
            $9::bigint[]) as e
order by 2
on conflict do nothing
"""


async def keep_screens(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Add the screens that are not there yet; a result never changes."""
    rows = [(one.event, one.envelope) for one in incoming if isinstance(one.event, ScreenRecorded)]
    if rows:
        await tx.connection.execute(
            ADD,
            tx.tenant,
            [event.screen_id for event, _ in rows],
            [event.episode_id for event, _ in rows],
            [event.instrument for event, _ in rows],
            [event.total for event, _ in rows],
            [event.band_code for event, _ in rows],
            [event.suicide_risk for event, _ in rows],
            [envelope.time for _, envelope in rows],
            [envelope.version for _, envelope in rows],
        )
