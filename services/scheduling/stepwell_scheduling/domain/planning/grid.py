"""Time as a row of five-minute cells in one integer, so that a whole week is compared in one step."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from stepwell_kernel.local_time import local_at, resolve_forward
from stepwell_scheduling.domain.planning.values import Span

CELL = timedelta(minutes=5)

#: Visits begin on the half-hours of the grid.
HALF_HOUR = 6


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of whole local days; bit n of a mask is the cell that begins n times five minutes after the first midnight.

    A day of a clock change has 23 or 25 hours of cells.
    """

    midnights: tuple[datetime, ...]

    @classmethod
    def over(cls, begin: datetime, end: datetime, zone: str) -> "Grid":
        """From the local day of one instant to that of another, both included."""
        day, last = local_at(begin, zone).date(), local_at(end, zone).date()
        days = (day + timedelta(days=number) for number in range((last - day).days + 2))
        return cls(tuple(resolve_forward(datetime.combine(one, time()), zone) for one in days))

    @property
    def origin(self) -> datetime:
        """When the first cell begins."""
        return self.midnights[0]

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return (self.midnights[-1] - self.midnights[0]) // CELL

    def touched(self, spans: Iterable[Span]) -> int:
        """The cells of which any part lies in a span: what is taken."""
        mask = 0
        for span in spans:
            mask |= self._row((span.starts_at - self.origin) // CELL, -((self.origin - span.ends_at) // CELL))
        return mask

    def within(self, spans: Iterable[Span]) -> int:
        """The cells that lie whole in a span: what is free."""
        mask = 0
        for span in spans:
            mask |= self._row(-((self.origin - span.starts_at) // CELL), (span.ends_at - self.origin) // CELL)
        return mask

    def instant(self, cell: int) -> datetime:
        """When a cell begins."""
        return self.origin + cell * CELL

    def day_of(self, span: Span) -> int:
        """The number of the local day on which a span begins."""
        return bisect_right(self.midnights, span.starts_at) - 1

    def days(self, numbers: Iterable[int]) -> int:
        """The cells of local days, by their numbers."""
        inside = (day for day in numbers if 0 <= day < len(self.midnights) - 1)
        return self.within(Span(self.midnights[day], self.midnights[day + 1]) for day in inside)

    @property
    def half_hours(self) -> int:
        """The cells at which a visit may begin."""
        return sum(1 << cell for cell in range(0, self.cells, HALF_HOUR))

    def _row(self, first: int, end: int) -> int:
        first, end = max(first, 0), min(end, self.cells)
        return (1 << end) - (1 << first) if first < end else 0


def cells_of(minutes: int) -> int:
    """How many cells so many minutes take."""
    return -(-timedelta(minutes=minutes) // CELL)


def starts(free: int, minutes: int) -> int:
    """The cells from which so many minutes on end are free."""
    length, covered = cells_of(minutes), 1
    while covered < length:
        step = min(covered, length - covered)
        free &= free >> step
        covered += step
    return free


def first(mask: int) -> int:
    """The lowest cell of a mask that has one."""
    return (mask & -mask).bit_length() - 1


def each(mask: int) -> Iterator[int]:
    """The cells of a mask, in order."""
    while mask:
        yield first(mask)
        mask &= mask - 1
