"""Weekly series of a group's meetings: one local time all year, whatever the clocks do."""

from collections.abc import Iterator, Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_kernel.scheduling_codes import Setting
from stepwell_scheduling.domain.sessions import Arrangement, Session, Wish

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a series meets from a day on, until its next pattern."""

    from_day: date
    starts: time
    minutes: int
    clinician_id: UUID
    room_id: UUID | None
    setting: Setting

    def on(self, day: date) -> Wish:
        """The meeting of a day."""
        return Wish(datetime.combine(day, self.starts), self.minutes, self.clinician_id, self.room_id, self.setting)


@dataclass(frozen=True, slots=True)
class Series:
    """The days from `from_day` to `until_day`, both included, on one weekday (from Monday 0), without the exceptions.

    Patterns stand in the order of their days; the first begins with the series.
    """

    series_id: UUID
    facility_id: UUID
    group_id: UUID
    weekday: int
    from_day: date
    until_day: date | None
    patterns: tuple[Pattern, ...]
    exceptions: frozenset[date] = frozenset()

    def pattern_on(self, day: date) -> Pattern:
        """The pattern in force on a day of the series."""
        return next(pattern for pattern in reversed(self.patterns) if pattern.from_day <= day)

    def has(self, day: date) -> bool:
        """Whether the day is one of the series, if only as an exception."""
        inside = self.from_day <= day and (self.until_day is None or day <= self.until_day)
        return inside and day.weekday() == self.weekday

    def days(self, begin: date, through: date, holidays: AbstractSet[date]) -> Iterator[date]:
        """The days on which it meets from one day through another."""
        first = max(begin, self.from_day)
        if first > through:
            return
        day = first + timedelta(days=(self.weekday - first.weekday()) % 7)
        while day <= through and self.has(day):
            if day not in self.exceptions and day not in holidays:
                yield day
            day += WEEK

    def changed(self, pattern: Pattern, until_day: date | None) -> "Series":
        """The series with a pattern from its day on in place of those from then; another last day if one is given."""
        kept = tuple(former for former in self.patterns if former.from_day < pattern.from_day)
        return replace(self, patterns=(*kept, pattern), until_day=until_day or self.until_day)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A meeting of a series: the day that it was made for, also after it moved, and how it is held now."""

    day: date
    session: Session
    arrangement: Arrangement

    def follows(self, pattern: Pattern) -> bool:
        """Whether it is held as the pattern says; one that was changed on its own is not."""
        wish, held = pattern.on(self.day), self.arrangement
        return (wish.starts_local, wish.minutes, wish.clinician_id, wish.room_id, wish.setting) == (
            held.starts_local,
            self.session.minutes,
            held.clinician_id,
            held.room_id,
            held.setting,
        )


def check_days(series: Series) -> None:
    """Raise Invalid (`series_days`) for a series that ends before it begins, or excepts days that it does not have."""
    problems = []
    if series.until_day is not None and series.until_day < series.from_day:
        problems.append(FieldProblem("until_day", "is before from_day"))
    if not all(series.has(day) for day in series.exceptions):
        problems.append(FieldProblem("exceptions", "has a day on which the series does not meet"))
    if problems:
        raise Invalid("series_days", "the days of the series do not fit together", fields=tuple(problems))


def check_time(starts: time) -> None:
    """Raise Invalid (`offset_not_expected`) for a local time with an offset."""
    if starts.tzinfo is not None:
        problem = FieldProblem("starts_local", "has an offset")
        raise Invalid("offset_not_expected", "a local time carries no offset", fields=(problem,))


def check_not_past(day: date, today: date) -> None:
    """Raise Conflict (`day_in_the_past`) for a day that is over: what was stays as it was."""
    if day < today:
        raise Conflict("day_in_the_past", f"{day.isoformat()} is over", rule="series.ahead")
