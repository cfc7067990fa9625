"""Tells open pages that something changed: one look at the projections' mark for all of them, while there are any."""

import asyncio
import logging

from stepwell_operations.store.mark import projection_mark
from stepwell_postgres.pool import TRANSIENT_ERRORS, Pool

LOOK_EVERY_S = 0.25

logger = logging.getLogger(__name__)


class Changes:
    """The number of the last change, for those who wait for the next."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._number = 0
        self._ended = False
        self._moved = asyncio.Condition()
        self._waiting = 0
        self._wanted = asyncio.Event()

    @property
    def ended(self) -> bool:
        """Whether the process is about to end, and pages should come back to the next one."""
        return self._ended

    async def run(self) -> None:
        """Look until cancelled, but only while somebody waits."""
        try:
            while True:
                await self._wanted.wait()
                await self._look()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            self._ended = True
            async with self._moved:
                self._moved.notify_all()

    async def after(self, number: int, within_s: float) -> int:
        """The number of the last change: as soon as it is another than this one, or when the time is over."""
        self._waiting += 1
        self._wanted.set()
        try:
            async with asyncio.timeout(within_s), self._moved:
                await self._moved.wait_for(lambda: self._ended or self._number != number)
        except TimeoutError:
            pass
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._wanted.clear()
        return self._number

    async def _look(self) -> None:
        try:
            async with self._pool.acquire() as connection:
                number = await projection_mark(connection)
        except TRANSIENT_ERRORS:
            logger.info("changes_not_seen")
            return
        if number != self._number:
            async with self._moved:
                self._number = number
                self._moved.notify_all()
