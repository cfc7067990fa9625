"""When a patient can come: weekly windows of local time, around work, school and family."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_kernel.local_time import local_at, resolve_forward
from stepwell_kernel.scheduling_codes import BlockedBy, Setting
from stepwell_scheduling.domain.planning.values import Span


@dataclass(frozen=True, slots=True)
class Window:
    """Between two local times of a weekday, which counts from Monday 0."""

    weekday: int
    opens: time
    closes: time

    @property
    def minutes(self) -> int:
        """Length by the clock on the wall."""
        return (self.closes.hour - self.opens.hour) * 60 + self.closes.minute - self.opens.minute

    def on(self, day: date, zone: str) -> Span:
        """The window on a local day; the local times stay the same over a clock change."""
        return Span(
            resolve_forward(datetime.combine(day, self.opens), zone),
            resolve_forward(datetime.combine(day, self.closes), zone),
        )


@dataclass(frozen=True, slots=True)
class Availability:
    """From which day on a patient can come when, held how, in which languages, and with whom best."""

    effective_from: date
    windows: tuple[Window, ...]
    blocked_by: tuple[BlockedBy, ...]
    settings: frozenset[Setting]
    languages: frozenset[str]
    preferred_clinician: UUID | None

    @property
    def minutes_per_week(self) -> int:
        """Minutes of all windows."""
        return sum(window.minutes for window in self.windows)


def check_availability(availability: Availability, today: date) -> None:
    """Raise Invalid (`availability_impossible`) with each window that cannot be, and for a day that is over."""
    problems = tuple(_problems(availability, today))
    if problems:
        raise Invalid("availability_impossible", "the availability cannot be so", fields=problems)


def in_force(versions: Sequence[Availability], day: date) -> Availability | None:
    """The availability on a day, of versions in the order in which they were set; None before the first begins."""
    begun = [version for version in versions if version.effective_from <= day]
    return max(reversed(begun), key=lambda version: version.effective_from, default=None)


def spans_of(windows: Sequence[Window], days: Sequence[date], zone: str) -> Iterator[Span]:
    """The windows on local days."""
    for day in days:
        for window in windows:
            if window.weekday == day.weekday():
                span = window.on(day, zone)
                if span.starts_at < span.ends_at:
                    yield span


def coming(
    versions: Sequence[Availability],
    days: Sequence[date],
    zone: str,
    assumed: Sequence[Window],
    meetings: Sequence[Span],
) -> tuple[Span, ...]:
    """When a patient can come on the days.

    On a day of which nothing is known that is in the assumed windows, and whenever the patient's program meets.
    """
    spans: list[Span] = []
    for day in days:
        known = in_force(versions, day)
        spans += spans_of(known.windows if known else assumed, [day], zone)
        if known is None:
            spans += (meeting for meeting in meetings if local_at(meeting.starts_at, zone).date() == day)
    return tuple(spans)


def days_from(day: date, count: int) -> tuple[date, ...]:
    """So many local days from a day on."""
    return tuple(day + timedelta(days=number) for number in range(count))


def _problems(availability: Availability, today: date) -> Iterator[FieldProblem]:
    if availability.effective_from < today:
        yield FieldProblem("effective_from", f"lies before {today}", "availability.ahead")
    local: list[tuple[int, Window]] = []
    for place, window in enumerate(availability.windows):
        if window.opens.tzinfo is None and window.closes.tzinfo is None:
            local.append((place, window))
        else:
            yield FieldProblem(f"windows.{place}", "has an offset", "availability.window")
    last: Window | None = None
    for place, window in sorted(local, key=lambda one: (one[1].weekday, one[1].opens)):
        if window.closes <= window.opens:
            yield FieldProblem(f"windows.{place}.closes", "is not after its begin", "availability.window")
        if last is not None and last.weekday == window.weekday and window.opens < last.closes:
            yield FieldProblem(f"windows.{place}.opens", "overlaps another window of the day", "availability.window")
        last = window
