"""A consumer's place in a partition: a row that says where to go on, and who may."""

from dataclasses import dataclass

from stepwell_postgres.pool import Connection

TAKE = """
insert into consumer_position (consumer, topic, part, next_offset, owner_epoch)
values ($1, $2, $3, 0, 1)
on conflict (consumer, topic, part) do update set owner_epoch = consumer_position.owner_epoch + 1
returning next_offset, owner_epoch
"""

HOLD = """
select next_offset, owner_epoch from consumer_position where consumer = $1 and topic = $2 and part = $3 for update
"""

MOVE = "update consumer_position set next_offset = $4 where consumer = $1 and topic = $2 and part = $3"


class Fenced(Exception):
    """Another consumer has taken the partition over; what this one read is not its to apply."""


@dataclass(frozen=True, slots=True)
class Place:
    """A partition that this consumer took, with the epoch under which it may move the position."""

    consumer: str
    topic: str
    partition: int
    epoch: int


async def take(connection: Connection, consumer: str, topic: str, partition: int) -> tuple[Place, int]:
    """Take the partition from whoever had it; the offset is where to go on."""
    row = await connection.fetchrow(TAKE, consumer, topic, partition)
    if row is None:
        raise Fenced
    return Place(consumer, topic, partition, row["owner_epoch"]), row["next_offset"]


async def hold(connection: Connection, place: Place) -> int:
    """Lock the position for a transaction and return its offset; Fenced when the partition was taken over."""
    row = await connection.fetchrow(HOLD, place.consumer, place.topic, place.partition)
    if row is None or row["owner_epoch"] != place.epoch:
        raise Fenced
    offset: int = row["next_offset"]
    return offset


async def move(connection: Connection, place: Place, next_offset: int) -> None:
    """Go on from that offset."""
    await connection.execute(MOVE, place.consumer, place.topic, place.partition, next_offset)
