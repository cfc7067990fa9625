"""What operations asks of every database: what was published, what was applied, what waits, how far behind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stepwell_postgres.pool import Connection

#: The hour of an event is that of its id, machine time, so that both sides put it into the same row.
HOUR = "date_trunc('hour', uuid_extract_timestamp(event_id))"

#: A sum of 64 bits of each id is the same whatever the order, and differs when one id is missing or another.
CHECKSUM = "sum(('x' || right(replace(event_id::text, '-', ''), 15))::bit(60)::bigint)::text"

PUBLISHED = f"""
select topic, part, tenant_id, {HOUR} as hour, count(*) as events, {CHECKSUM} as checksum
from (select distinct event_id, topic, part, tenant_id from outbox_archive
      where uuid_extract_timestamp(event_id) >= $1) archived
group by topic, part, tenant_id, hour order by topic, part, tenant_id, hour
"""

APPLIED = f"""
select consumer, topic, part, tenant_id, {HOUR} as hour, count(*) as events, {CHECKSUM} as checksum
from inbox where uuid_extract_timestamp(event_id) >= $1
group by consumer, topic, part, tenant_id, hour order by consumer, topic, part, tenant_id, hour
"""

ARCHIVE = """
select id, event_id, topic, key, tenant_id, headers, payload, part, log_offset, published_at
from outbox_archive where id > $1 order by id limit $2
"""

PARKED = """
select k.consumer, k.topic, k.key, k.reason, k.parked_at, count(p.id) as events
from parked_key k left join parked p using (consumer, topic, key)
group by k.consumer, k.topic, k.key, k.reason, k.parked_at
order by k.parked_at limit 200
"""

POSITIONS = "select consumer, topic, part, next_offset from consumer_position order by consumer, topic, part"

OLDEST_UNSENT = "select events, seconds from stepwell_unsent()"


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Count and checksum of event ids by topic, partition, tenant and hour."""

    published: list[dict[str, Any]]
    applied: list[dict[str, Any]]


async def ledgers(connection: Connection, since: datetime) -> Ledgers:
    """The ledgers from an instant of machine time on."""
    return Ledgers(
        [dict(row) for row in await connection.fetch(PUBLISHED, since)],
        [dict(row) for row in await connection.fetch(APPLIED, since)],
    )


async def archived(connection: Connection, after: int, most: int) -> list[dict[str, Any]]:
    """Published events in order, after an id of the outbox."""
    rows = await connection.fetch(ARCHIVE, after, most)
    return [dict(row) | {"headers": row["headers"].decode(), "payload": row["payload"].decode()} for row in rows]


async def parked_keys(connection: Connection) -> list[dict[str, Any]]:
    """Keys that wait, the longest waiting first, with how many events wait under each."""
    return [dict(row) for row in await connection.fetch(PARKED)]


async def positions(connection: Connection) -> list[dict[str, Any]]:
    """Where each consumer goes on."""
    return [dict(row) for row in await connection.fetch(POSITIONS)]


async def unsent(connection: Connection) -> tuple[int, float]:
    """How many events are unsent, and the age of the oldest in seconds."""
    row = await connection.fetchrow(OLDEST_UNSENT)
    return (0, 0.0) if row is None else (row["events"], row["seconds"])
