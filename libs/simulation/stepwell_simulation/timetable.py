"""Puts the demonstration facility's sessions on the calendar, as its scheduler would."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from stepwell_contracts.base import Body
from stepwell_kernel.errors import Conflict
from stepwell_kernel.local_time import local_at, resolve_forward
from stepwell_simulation import hillside
from stepwell_simulation.network import FACILITY, RIVERBEND, Meeting, Place, on_call, reference
from stepwell_simulation.platform import Person


async def publish_network(administrator: Person) -> None:
    """Publish the facilities, and who is on call at the first; doing it again changes nothing."""
    publish = administrator.scheduling.publish_reference
    for facility_id, document in ((FACILITY, reference()), (hillside.FACILITY, hillside.reference())):
        await publish(facility_id, document, key=document_key("reference", facility_id, document))
    roster = on_call()
    await administrator.notifications.set_on_call(FACILITY, roster, key=document_key("on-call", FACILITY, roster))


async def schedule(scheduler: Person, now: datetime, days: int, place: Place = RIVERBEND) -> int:
    """Plan the meetings of the coming days that are not planned yet, and return how many were."""
    horizon = now + timedelta(days=days)
    planned = await scheduler.scheduling.sessions(place.facility_id, now, horizon + timedelta(days=1))
    there = {(session.group_id, session.starts_at) for session in planned.sessions}
    made = 0
    for meeting, day in _meetings(place, now, horizon):
        starts_at = resolve_forward(datetime.combine(day, meeting.starts), place.zone).astimezone(UTC)
        if starts_at <= now or (meeting.group_id, starts_at) in there:
            continue
        made += await _plan(scheduler, meeting, day)
    return made


def _meetings(place: Place, now: datetime, horizon: datetime) -> list[tuple[Meeting, date]]:
    first, last = local_at(now, place.zone).date(), local_at(horizon, place.zone).date()
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [(meeting, day) for day in days for meeting in place.timetable if meeting.weekday == day.weekday()]


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


def document_key(kind: str, facility_id: UUID, document: Body) -> str:
    """The same document has the same key; a changed one is published anew."""
    digest = hashlib.sha256(document.model_dump_json().encode()).hexdigest()[:12]
    return f"{kind}-{facility_id}-{digest}"


def _session_key(group_id: UUID, day: date) -> str:
    return f"session-{group_id}-{day.isoformat()}"
