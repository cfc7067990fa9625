"""What people have set themselves to do, by instants of domain time; what fails for lack of a service comes again."""

import asyncio
import heapq
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stepwell_kernel.errors import Kind, StepwellError
from stepwell_simulation.platform import AWAY

#: As many commands are under way at a time as a few people at their desks send.
AT_ONCE = 6

#: Wall seconds between two looks at what is due.
BREATH_S = 0.01

#: When nobody answered; the same command under the same key comes again.
AGAIN_AFTER = timedelta(hours=2)

#: Returns when to go on, None when it is done.
Deed = Callable[[], Awaitable[datetime | None]]

logger = logging.getLogger(__name__)


@dataclass(order=True, slots=True)
class _Entry:
    at: datetime
    number: int
    name: str = field(compare=False)
    deed: Deed = field(compare=False)


class Agenda:
    """Deeds that wait for their time.

    `done` counts by name those that are over, `refusals` by name and code those that the platform refused.
    """

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._number = 0
        self.done: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, at: datetime, name: str, deed: Deed) -> None:
        """Set somebody to do something."""
        self._number += 1
        heapq.heappush(self._entries, _Entry(at, self._number, name, deed))

    def late(self, now: datetime) -> timedelta:
        """How long the earliest deed that waits has been due."""
        return max(now - self._entries[0].at, timedelta(0)) if self._entries else timedelta(0)

    async def keep(self, now: Callable[[], datetime]) -> None:
        """Do what is due, some at a time and the earliest first, until cancelled.

        A bug, here or in a service, ends it: raises ExceptionGroup.
        """
        gate = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            while True:
                while self._entries and self._entries[0].at <= now():
                    await gate.acquire()
                    entry = heapq.heappop(self._entries)
                    group.create_task(self._run(entry, now), name=entry.name).add_done_callback(
                        lambda _: gate.release()
                    )
                await asyncio.sleep(BREATH_S)

    async def _run(self, entry: _Entry, now: Callable[[], datetime]) -> None:
        try:
            again = await entry.deed()
            if again is None:
                self.done[entry.name] += 1
        except AWAY:
            again = now() + AGAIN_AFTER
        except StepwellError as refusal:
            if refusal.kind is Kind.BUG:
                raise
            again = None
            self.refusals[f"{entry.name}: {refusal.code}"] += 1
            logger.info("deed_refused", extra={"deed": entry.name, "code": refusal.code})
        if again is not None:
            self.add(again, entry.name, entry.deed)
