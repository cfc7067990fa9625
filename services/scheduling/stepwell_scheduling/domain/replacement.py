"""Which seats of the next program a patient gets when it changes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from stepwell_kernel.local_time import local_at
from stepwell_scheduling.domain.sessions import Session

#: How far ahead seats of the next program are booked at the change; later weeks are planned week by week.
HORIZON = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class DayBudget:
    """Minutes of care that a local day holds at most, and what the patient keeps of it."""

    zone_name: str
    most_minutes: int
    kept: Mapping[date, int] = field(default_factory=dict)


def choose_sessions(candidates: Sequence[Session], minutes_per_week: int, budget: DayBudget) -> Iterator[Session]:
    """The earliest sessions, without overlap, until each calendar week (ISO, UTC) has the prescribed minutes.

    No local day gets more than it holds.
    """
    planned: defaultdict[tuple[int, int], int] = defaultdict(int)
    by_day = defaultdict(int, budget.kept)
    last_end = None
    for session in sorted(candidates, key=lambda candidate: (candidate.starts_at, candidate.session_id)):
        year, week, _ = session.starts_at.isocalendar()
        day = local_at(session.starts_at, budget.zone_name).date()
        overlaps = last_end is not None and session.starts_at < last_end
        day_full = by_day[day] + session.minutes > budget.most_minutes
        if overlaps or day_full or planned[year, week] >= minutes_per_week:
            continue
        planned[year, week] += session.minutes
        by_day[day] += session.minutes
        last_end = session.ends_at
        yield session
