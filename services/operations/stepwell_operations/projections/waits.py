"""Waits for a place in a group: since when, and how they ended."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.scheduling_care import WaitlistEnded, WaitlistJoined
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

JOIN = """
insert into group_wait (tenant_id, waitlist_id, episode_id, group_id, since, version)
select $1, e.*
from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::bigint[]) as e
order by 2
on conflict do nothing
"""

END = """
update group_wait w set outcome = e.outcome, version = e.version
from unnest($1::uuid[], $2::text[], $3::bigint[]) as e (waitlist_id, outcome, version)
where w.waitlist_id = e.waitlist_id and w.version < e.version
"""


async def keep_waits(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Join and end, which is the order in which it happens to a wait."""
    joined: dict[UUID, tuple[WaitlistJoined, Incoming]] = {}
    ended: dict[UUID, tuple[WaitlistEnded, int]] = {}
    for one in incoming:
        match one.event:
            case WaitlistJoined() as event:
                joined[event.waitlist_id] = event, one
            case WaitlistEnded() as event:
                ended[event.waitlist_id] = event, one.envelope.version
    if joined:
        await _join(tx, list(joined.values()))
    if ended:
        await tx.connection.execute(
            END,
            list(ended),
            [event.outcome for event, _ in ended.values()],
            [version for _, version in ended.values()],
        )


async def _join(tx: Transaction, rows: Sequence[tuple[WaitlistJoined, Incoming]]) -> None:
    await tx.connection.execute(
        JOIN,
        tx.tenant,
        [event.waitlist_id for event, _ in rows],
        [event.episode_id for event, _ in rows],
        [event.group_id for event, _ in rows],
        [one.envelope.time for _, one in rows],
        [one.envelope.version for _, one in rows],
    )
