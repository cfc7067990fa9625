"""The inbox: an event is claimed in the transaction of its effect, so every repeat finds it there."""

from collections.abc import Sequence

from stepwell_kernel.ids import made_at
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.pool import Connection

CLAIM = """
insert into inbox (day, consumer, event_id, topic, part, tenant_id)
select day, $1, event_id, topic, part, tenant_id
from unnest($2::date[], $3::uuid[], $4::text[], $5::integer[], $6::text[]) as e (day, event_id, topic, part, tenant_id)
on conflict do nothing
returning event_id
"""


async def claim(connection: Connection, consumer: str, incoming: Sequence[Incoming]) -> list[Incoming]:
    """The events that nobody claimed before, in their order; `day` is the event's own, whenever it arrives."""
    if not incoming:
        return []
    rows = await connection.fetch(
        CLAIM,
        consumer,
        [made_at(one.id).date() for one in incoming],
        [one.id for one in incoming],
        [one.record.topic for one in incoming],
        [one.record.partition for one in incoming],
        [one.envelope.tenant for one in incoming],
    )
    fresh = {row["event_id"] for row in rows}
    claimed = []
    for one in incoming:
        if one.id in fresh:
            fresh.discard(one.id)
            claimed.append(one)
    return claimed
