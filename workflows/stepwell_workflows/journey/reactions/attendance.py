"""Facts of scheduling. What was told before the patient was in care, though it happened there, waits for the phase."""

from stepwell_contracts.events import scheduling, scheduling_care as care
from stepwell_kernel.codes import CareSignal
from stepwell_workflows.journey.care import ladder, responses, weeks
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


def on_attendance_amended(draft: Draft, fact: Fact, event: care.AttendanceAmended) -> None:
    """The tally of a closed week has changed."""
    del fact
    weeks.amended(draft, event.week_starts_on, event.required_minutes, event.attended_minutes)


def on_week_planned(draft: Draft, fact: Fact, event: care.WeekPlanned) -> None:
    """A plan that falls short is a scheduler's to mend, until one does not."""
    del fact
    if event.shortfall_minutes or event.missing:
        responses.signalled(draft, CareSignal.WEEK_PLAN_SHORT)
    else:
        responses.met(draft, CareSignal.WEEK_PLAN_SHORT)


def on_session_missed(draft: Draft, fact: Fact, event: scheduling.SessionMissed) -> None:
    """Outreach begins."""
    del fact
    ladder.missed(draft, event.starts_at)


def on_attendance_resumed(draft: Draft, fact: Fact, event: scheduling.AttendanceResumed) -> None:
    """Outreach ends."""
    del fact, event
    ladder.returned(draft)
