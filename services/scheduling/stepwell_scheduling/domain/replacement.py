"""Which seats of the next program a patient gets when it changes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from stepwell_scheduling.domain.sessions import Session

#: How far ahead seats of the next program are booked at the change; later weeks are planned week by week.
HORIZON = timedelta(weeks=4)


def choose_sessions(candidates: Sequence[Session], minutes_per_week: int) -> Iterator[Session]:
    """The earliest sessions, without overlap, until each calendar week (ISO, UTC) has the prescribed minutes."""
    planned: defaultdict[tuple[int, int], int] = defaultdict(int)
    last_end = None
    for session in sorted(candidates, key=lambda candidate: (candidate.starts_at, candidate.session_id)):
        year, week, _ = session.starts_at.isocalendar()
        overlaps = last_end is not None and session.starts_at < last_end
        if overlaps or planned[year, week] >= minutes_per_week:
            continue
        planned[year, week] += session.minutes
        last_end = session.ends_at
        yield session
