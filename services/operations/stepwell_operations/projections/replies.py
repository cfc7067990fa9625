"""Replies of patients: that they came and what they were understood as, never the words."""

from collections.abc import Sequence

from stepwell_contracts.events.notifications_replies import ReplyReceived
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

ADD = """
insert into reply (tenant_id, reply_id, episode_id, kind, at, version)
select $1, e.*
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::bigint[]) as e
order by 2
on conflict do nothing
"""


async def keep_replies(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Add the replies that are not there yet; one outside of an episode is on the timeline only."""
    rows = [
        (one.event, one.envelope)
        for one in incoming
        if isinstance(one.event, ReplyReceived) and one.event.episode_id is not None
    ]
    if rows:
        await tx.connection.execute(
            ADD,
            tx.tenant,
            [event.reply_id for event, _ in rows],
            [event.episode_id for event, _ in rows],
            [event.kind for event, _ in rows],
            [envelope.time for _, envelope in rows],
            [envelope.version for _, envelope in rows],
        )
