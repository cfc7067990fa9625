"""Facts of scheduling. What was told before the patient was in care, though it happened there, waits for the phase."""

from stepwell_contracts.events import scheduling
from stepwell_workflows.journey.care import ladder, weeks
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.happenings import Fact
from stepwell_workflows.journey.state import WeekRecord


def on_week_closed(draft: Draft, fact: Fact, event: scheduling.WeekClosed) -> None:
    """Keep the week, and ask about one that fell short."""
    del fact
    week = WeekRecord(
        starts_on=event.week_starts_on,
        required_minutes=event.required_minutes,
        attended_minutes=event.attended_minutes,
        closed_at=draft.now,
    )
    weeks.closed(draft, week)


def on_session_missed(draft: Draft, fact: Fact, event: scheduling.SessionMissed) -> None:
    """Outreach begins."""
    del fact
    ladder.missed(draft, event.starts_at)


def on_attendance_resumed(draft: Draft, fact: Fact, event: scheduling.AttendanceResumed) -> None:
    """Outreach ends."""
    del fact, event
    ladder.returned(draft)
