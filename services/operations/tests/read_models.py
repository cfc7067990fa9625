"""What the read models hold, and streams of events in the batches in which a projection may get them."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

from stepwell_messaging.incoming import Incoming
from stepwell_testing.edge import ServiceEdge


async def contents(edge: ServiceEdge, tables: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Every row of the tables."""
    return {
        table: [dict(row) for row in await edge.rows(f"select * from {table} order by 1, 2, 3")] for table in tables
    }


def shuffled(streams: Sequence[Sequence[Incoming]], seed: int) -> list[list[Incoming]]:
    """The streams in batches of any size, in any order between them, each in its own order."""
    choice = random.Random(seed)
    waiting = [list(stream) for stream in streams if stream]
    batches = []
    while waiting:
        stream = choice.choice(waiting)
        size = choice.randint(1, 12)
        batches.append(stream[:size])
        del stream[:size]
        waiting = [stream for stream in waiting if stream]
    return batches
