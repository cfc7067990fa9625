"""Looks again until something is there: what one service tells, the next one hears a little later."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Seen = TypeVar("Seen")

LOOK_EVERY_S = 0.05
WITHIN_S = 10.0


async def seen(look: Callable[[], Awaitable[Seen | None]], within_s: float = WITHIN_S) -> Seen | None:
    """What a look shows, None when there is nothing after so many seconds of machine time."""
    try:
        async with asyncio.timeout(within_s):
            while (found := await look()) is None:
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        return None
    return found
