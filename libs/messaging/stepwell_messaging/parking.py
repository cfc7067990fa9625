"""Parking: a key whose event cannot be handled waits, with all its later events, in order; other keys flow on."""

from collections.abc import Iterable, Sequence

from stepwell_messaging.headers import pack, unpack
from stepwell_messaging.incoming import Record
from stepwell_postgres.pool import Connection

WAITING = """
select key from parked_key where consumer = $1 and topic = $2 and key = any($3::text[]) for share
"""

MARK = """
insert into parked_key (consumer, topic, key, reason) values ($1, $2, $3, $4) on conflict do nothing
"""

APPEND = """
insert into parked (consumer, topic, key, part, log_offset, headers, payload)
select $1, $2, key, part, log_offset, headers, payload
from unnest($3::text[], $4::integer[], $5::bigint[], $6::bytea[], $7::bytea[]) with ordinality
     as r (key, part, log_offset, headers, payload, place)
order by place
on conflict do nothing
"""

COUNT = "select count(*) from parked_key where consumer = $1"

HOLD_KEY = "select reason from parked_key where consumer = $1 and topic = $2 and key = $3 for update"

NEXT = """
select id, part, log_offset, headers, payload
from parked
where consumer = $1 and topic = $2 and key = $3
order by id
limit 1
"""

REMOVE = "delete from parked where id = $1"

RELEASE = "delete from parked_key where consumer = $1 and topic = $2 and key = $3"


async def waiting_keys(connection: Connection, consumer: str, topic: str, keys: Iterable[str]) -> frozenset[str]:
    """Which of the keys wait; a redrive that ends meanwhile waits for this transaction."""
    rows = await connection.fetch(WAITING, consumer, topic, sorted(set(keys)))
    return frozenset(row["key"] for row in rows)


async def park(connection: Connection, consumer: str, reason: str, record: Record) -> None:
    """Have the record's key wait, with the record as the first in its row."""
    await connection.execute(MARK, consumer, record.topic, record.key, reason)
    await append(connection, consumer, record.topic, [record])


async def append(connection: Connection, consumer: str, topic: str, records: Sequence[Record]) -> None:
    """Put records behind those that wait."""
    if records:
        await connection.execute(
            APPEND,
            consumer,
            topic,
            [record.key for record in records],
            [record.partition for record in records],
            [record.offset for record in records],
            [pack(record.headers) for record in records],
            [record.value for record in records],
        )


async def count_parked(connection: Connection, consumer: str) -> int:
    """How many keys wait."""
    count: int = await connection.fetchval(COUNT, consumer)
    return count


async def hold_key(connection: Connection, consumer: str, topic: str, key: str) -> bool:
    """Lock a waiting key for a transaction; False when it does not wait."""
    return await connection.fetchval(HOLD_KEY, consumer, topic, key) is not None


async def next_parked(connection: Connection, consumer: str, topic: str, key: str) -> tuple[int, Record] | None:
    """The first waiting record of a key with its row id, or None."""
    row = await connection.fetchrow(NEXT, consumer, topic, key)
    if row is None:
        return None
    record = Record(topic, row["part"], row["log_offset"], key, unpack(row["headers"]), row["payload"])
    return row["id"], record


async def remove_parked(connection: Connection, row_id: int) -> None:
    """The record is handled or discarded."""
    await connection.execute(REMOVE, row_id)


async def release_key(connection: Connection, consumer: str, topic: str, key: str) -> None:
    """The key waits no longer."""
    await connection.execute(RELEASE, consumer, topic, key)
