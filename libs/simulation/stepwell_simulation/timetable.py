"""Puts the demonstration facility's sessions on the calendar, as its scheduler would."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from stepwell_kernel.errors import Conflict
from stepwell_kernel.local_time import local_at, resolve_forward
from stepwell_simulation.network import FACILITY, TIMETABLE, ZONE, Meeting, reference
from stepwell_simulation.platform import Person


async def publish_network(administrator: Person) -> None:
    """Publish the facility; doing it again changes nothing."""
    document = reference()
    await administrator.scheduling.publish_reference(FACILITY, document, key=f"reference-{FACILITY}")


async def schedule(scheduler: Person, now: datetime, days: int) -> int:
    """Plan the meetings of the coming days that are not planned yet, and return how many were."""
    horizon = now + timedelta(days=days)
    planned = await scheduler.scheduling.sessions(FACILITY, now, horizon + timedelta(days=1))
    there = {(session.group_id, session.starts_at) for session in planned.sessions}
    made = 0
    for meeting, day in _meetings(now, horizon):
        starts_at = resolve_forward(datetime.combine(day, meeting.starts), ZONE).astimezone(UTC)
        if starts_at <= now or (meeting.group_id, starts_at) in there:
            continue
        made += await _plan(scheduler, meeting, day)
    return made


def _meetings(now: datetime, horizon: datetime) -> list[tuple[Meeting, date]]:
    first, last = local_at(now, ZONE).date(), local_at(horizon, ZONE).date()
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [(meeting, day) for day in days for meeting in TIMETABLE if meeting.weekday == day.weekday()]


async def _plan(scheduler: Person, meeting: Meeting, day: date) -> bool:
    try:
        await scheduler.scheduling.schedule_session(
            meeting.group_id, meeting.on(day), key=_session_key(meeting.group_id, day)
        )
    except Conflict as refusal:
        if refusal.code != "session_in_the_past":
            raise
        return False
    return True


def _session_key(group_id: UUID, day: date) -> str:
    return f"session-{group_id}-{day.isoformat()}"
