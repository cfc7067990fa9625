"""Domain time of the running platform, as the simulation sees it, and its pace."""

import asyncio
from datetime import UTC, datetime, timedelta

from stepwell_kernel.clock import ScaledTime
from stepwell_simulation.platform import REAL_TIME, RunningPlatform

#: A standing network whose clock lies back by more than this catches up first.
PRESENT = timedelta(days=1)


class LiveClock:
    """The platform's clock; the segments are asked for again by `refresh`."""

    def __init__(self, platform: RunningPlatform, time: ScaledTime) -> None:
        self._platform = platform
        self._time = time

    @classmethod
    async def of(cls, platform: RunningPlatform) -> "LiveClock":
        """The clock as it runs now."""
        return cls(platform, await platform.time())

    def now(self) -> datetime:
        """Domain time, in UTC."""
        return self._time.domain_at(datetime.now(UTC))

    def lies_back(self, after: timedelta = timedelta(0)) -> timedelta:
        """How far domain time will lie behind wall time after so much of that; negative where it lies ahead."""
        wall = datetime.now(UTC) + after
        return wall - self._time.domain_at(wall)

    async def refresh(self) -> None:
        """Learn of a pace that somebody else has set."""
        self._time = await self._platform.time()

    async def until_set(self) -> None:
        """Wait until the last pace that was set has begun."""
        segments = self._time.segments
        begins_at = segments[-1].wall_from if segments else datetime.now(UTC)
        await asyncio.sleep(max((begins_at - datetime.now(UTC)).total_seconds(), 0))

    async def run(self, factor: float) -> None:
        """Let domain time run so many seconds a second, from some seconds ahead; the pace of now is not set again."""
        segments = self._time.segments
        if (segments[-1].factor if segments else REAL_TIME) != factor:
            await self._platform.run_clock(factor)
            await self.refresh()
