"""Tells open pages that something changed: one look at the change number a moment for all of them."""

import asyncio
from collections.abc import AsyncIterator

from stepwell_operations.store.journeys import LAST_CHANGE
from stepwell_postgres.pool import TRANSIENT_ERRORS, Pool

LOOK_EVERY_S = 0.3
HEARTBEAT_S = 15.0


class Changes:
    """The number of the last change, and who waits for the next."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._number = 0
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                async with self._pool.acquire() as connection:
                    number = await connection.fetchval(LAST_CHANGE)
            except TRANSIENT_ERRORS:
                number = self._number
            if number != self._number:
                async with self._changed:
                    self._number = number
                    self._changed.notify_all()
            await asyncio.sleep(LOOK_EVERY_S)

    async def events(self) -> AsyncIterator[str]:
        """Server-sent events: `changed` with the number, at once and whenever it moves; comments in between."""
        seen = -1
        while True:
            if self._number == seen:
                try:
                    async with asyncio.timeout(HEARTBEAT_S), self._changed:
                        await self._changed.wait()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
            seen = self._number
            yield f"event: changed\nid: {seen}\ndata: {seen}\n\n"
