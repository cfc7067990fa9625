"""Domain time. In production it is wall time; a local stack can run it faster, in segments that never go back."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where domain time comes from."""

    def now(self) -> datetime:
        """The present instant of domain time, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class WallClock:
    """Domain time as wall time."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Segment:
    """From a wall instant on, domain time runs `factor` domain seconds a wall second, from `domain_from`.

    A factor of 0 is a standstill: the time a local platform was down.
    """

    wall_from: datetime
    domain_from: datetime
    factor: float


@dataclass(frozen=True, slots=True)
class ScaledTime:
    """The map between wall and domain time that an append-only list of segments describes.

    Without segments, and before the first one, domain time is wall time.
    """

    segments: tuple[Segment, ...] = ()

    def domain_at(self, wall: datetime) -> datetime:
        """Domain time at a wall instant (both in UTC)."""
        segment = self._segment_at(wall)
        if segment is None:
            return wall
        return segment.domain_from + (wall - segment.wall_from) * segment.factor

    def wait_until(self, due: datetime, wall: datetime) -> timedelta:
        """Wall time from `wall` until domain time reaches `due`, by the segments known now; zero when it has.

        At a standstill without end the answer is an hour: whoever waits re-checks on waking.
        """
        at = wall
        while (domain := self.domain_at(at)) < due:
            segment = self._segment_at(at)
            factor = 1.0 if segment is None else segment.factor
            border = self._border_after(at)
            reached = at + (due - domain) / factor if factor > 0 else None
            if reached is not None and (border is None or reached <= border):
                return reached - wall
            if border is None:
                return at - wall + timedelta(hours=1)
            at = border
        return at - wall

    def _segment_at(self, wall: datetime) -> Segment | None:
        position = bisect_right(self.segments, wall, key=lambda segment: segment.wall_from)
        return self.segments[position - 1] if position else None

    def _border_after(self, wall: datetime) -> datetime | None:
        position = bisect_right(self.segments, wall, key=lambda segment: segment.wall_from)
        return self.segments[position].wall_from if position < len(self.segments) else None
