"""The pace of a run: as fast as is wanted, and slower for as long as the platform is behind."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from stepwell_simulation.living.clock import LiveClock
from stepwell_simulation.platform import AWAY, Person

#: The clock announces a pace some seconds ahead: what came of the last one shows only then.
LOOK_EVERY_S = 1.0
ADJUST_EVERY_S = 6.0

#: Behind by more than this, in seconds of machine time, the platform gets more time; below the lower one, less.
BEHIND_S = 1.5
KEEPS_UP_S = 0.5

#: So late in domain time, staff would do on another day what belongs to this one, such as a dose.
LATE = timedelta(hours=12)
IN_TIME = timedelta(hours=4)

#: Who falls to this share of an arrear from one look to the next catches up, and needs no more time than they have.
CATCHES_UP = 0.7
SLOWER = 0.6
FASTER = 1.3
SLOWEST = 0.1

#: What the platform bears shows only after some seconds, which on a fast clock are many days.
AT_FIRST = 0.4

Arrear = TypeVar("Arrear", float, timedelta)


@dataclass
class Pace:
    """Sets the clock. `wanted` tells how fast domain time may run now, in domain seconds a second.

    `late` tells by how much staff are behind in what they have set themselves to do. `borne` is the pace that all keep
    up with, also when another one is wanted; `limits` are the paces that somebody bears for a while. The last look
    found what `was_behind_s` and `was_late` tell.
    """

    clock: LiveClock
    operator: Person
    wanted: Callable[[], float]
    late: Callable[[], timedelta]
    borne: float = field(init=False)
    limits: list[float] = field(default_factory=list)
    was_behind_s: float = 0.0
    was_late: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self.borne = self.wanted() * AT_FIRST

    async def keep(self) -> None:
        """Set the pace, and look every few seconds whether the platform keeps up with it, until cancelled."""
        adjusted = asyncio.get_running_loop().time()
        while True:
            with contextlib.suppress(*AWAY):
                await self.clock.run(self._factor())
            await asyncio.sleep(LOOK_EVERY_S)
            if asyncio.get_running_loop().time() - adjusted > ADJUST_EVERY_S:
                adjusted = asyncio.get_running_loop().time()
                with contextlib.suppress(*AWAY):
                    await self._adjust()

    @contextlib.asynccontextmanager
    async def slowly(self, most: float) -> AsyncIterator[None]:
        """Let the clock run no faster than this for as long as the block: minutes count in it."""
        self.limits.append(most)
        try:
            await self.clock.run(self._factor())
            await self.clock.until_set()
            yield
        finally:
            self.limits.remove(most)

    def _factor(self) -> float:
        return min(self.wanted(), self.borne, *self.limits)

    async def _adjust(self) -> None:
        status = await self.operator.operations.status()
        behind = max(status.worst_lag_seconds, status.oldest_outbox_seconds)
        late, wanted = self.late(), self.wanted()
        pace = min(wanted, self.borne)
        if _stays(self.was_behind_s, behind, BEHIND_S) or _stays(self.was_late, late, LATE):
            self.borne = max(pace * SLOWER, wanted * SLOWEST)
        elif behind < KEEPS_UP_S and late < IN_TIME and not status.silent:
            self.borne = min(pace * FASTER, wanted)
        self.was_behind_s, self.was_late = behind, late


def _stays(before: Arrear, now: Arrear, most: Arrear) -> bool:
    """Whether an arrear is too large, and does not go away by itself."""
    return now > most and now > before * CATCHES_UP
