"""How fast domain time runs."""

from collections.abc import Callable
from datetime import UTC, datetime

from stepwell_kernel.clock import Clock
from stepwell_runtime.clock import FileClock


def clock_factor(clock: Clock) -> Callable[[], float]:
    """Domain seconds a wall second at this moment: 1 but for a scaled clock, 0 while that stands still."""

    def factor() -> float:
        if not isinstance(clock, FileClock):
            return 1.0
        wall = datetime.now(UTC)
        begun = [segment.factor for segment in clock.segments() if segment.wall_from <= wall]
        return begun[-1] if begun else 1.0

    return factor
