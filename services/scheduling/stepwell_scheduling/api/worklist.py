"""What waits for a person: attendance of sessions that have ended; members without a seat; waits with a place free;
meetings of a series that could not be scheduled.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from stepwell_contracts.base import Instant
from stepwell_contracts.http.common import Worklist, WorklistRow
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Role
from stepwell_postgres.transaction import Transaction, Transactions
from stepwell_runtime.http.auth import CurrentCaller
from stepwell_runtime.http.cursor import Position, from_cursor, to_cursor
from stepwell_scheduling.domain.access import READ_SESSIONS
from stepwell_scheduling.store.roster_views import unseated_members, waits_with_place
from stepwell_scheduling.store.views import missing_meetings, unmarked_bookings

PAGE = 50
FROM_THE_START = (datetime.min.replace(tzinfo=UTC), UUID(int=0))
WITHOUT_END = datetime.max.replace(tzinfo=UTC)

#: Attendance is due the day after (default of the house).
ATTENDANCE_WITHIN = timedelta(days=1)


def worklist_router(transactions: Transactions) -> APIRouter:
    """The route of the worklist."""
    router = APIRouter(tags=["worklist"])

    @router.get("/v1/worklist")
    async def get_worklist(
        caller: CurrentCaller,
        facility: UUID,
        role: Role = Role.COUNSELOR,
        due_before: Instant | None = None,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Worklist:
        async with transactions(caller) as tx:
            tx.authorize(READ_SESSIONS, Resource(tx.tenant, "facility", facility, facility))
            after = from_cursor(cursor) if cursor else FROM_THE_START
            if role is Role.COUNSELOR:
                return await _attendance(tx, facility, due_before or WITHOUT_END, after)
            if role is Role.SCHEDULER:
                return await _timetable(tx, facility, due_before or WITHOUT_END, after)
            return Worklist(rows=())

    return router


async def _attendance(tx: Transaction, facility: UUID, due_before: datetime, after: Position) -> Worklist:
    """Bookings whose session has ended; the cursor is the position of the end."""
    until = min(tx.now, due_before - ATTENDANCE_WITHIN)
    found = await unmarked_bookings(tx, facility, until, after, PAGE)
    rows = tuple(
        WorklistRow(
            kind="attendance",
            subject_id=booking_id,
            episode_id=episode_id,
            facility_id=facility_id,
            role=Role.COUNSELOR,
            due_at=ended_at + ATTENDANCE_WITHIN,
            command=f"PUT /v1/bookings/{booking_id}/attendance",
        )
        for booking_id, episode_id, facility_id, ended_at in found
    )
    last = (found[-1][3], found[-1][0]) if len(found) == PAGE else None
    return Worklist(rows=rows, next_cursor=to_cursor(last) if last else None)


async def _timetable(tx: Transaction, facility: UUID, due_before: datetime, after: Position) -> Worklist:
    """Places in groups and meetings that a rule stood against; a facility has few of them."""
    rows = [*await _unseated(tx, facility), *await _waiting(tx, facility), *await _missing(tx, facility)]
    rows.sort(key=_position)
    rows = [row for row in rows if after < _position(row) and row.due_at < due_before]
    more = len(rows) > PAGE
    return Worklist(rows=tuple(rows[:PAGE]), next_cursor=to_cursor(_position(rows[PAGE - 1])) if more else None)


def _position(row: WorklistRow) -> Position:
    return row.due_at, row.subject_id


async def _unseated(tx: Transaction, facility: UUID) -> Sequence[WorklistRow]:
    """Members without a seat in a meeting ahead, due when it starts."""
    return [
        WorklistRow(
            kind="member_without_seat",
            subject_id=member.membership_id,
            episode_id=member.episode_id,
            facility_id=facility,
            role=Role.SCHEDULER,
            due_at=member.starts_at,
            command=f"POST /v1/sessions/{member.session_id}/bookings",
        )
        for member in await unseated_members(tx, facility)
    ]


async def _waiting(tx: Transaction, facility: UUID) -> Sequence[WorklistRow]:
    """Waits for a group that has a place, due since they began."""
    return [
        WorklistRow(
            kind="wait_with_place",
            subject_id=wait.waitlist_id,
            episode_id=wait.episode_id,
            facility_id=facility,
            role=Role.SCHEDULER,
            due_at=wait.joined_at,
            command=f"POST /v1/groups/{wait.group_id}/members",
        )
        for wait in await waits_with_place(tx, facility)
    ]


async def _missing(tx: Transaction, facility: UUID) -> Sequence[WorklistRow]:
    """Days of a series without a meeting, due when the day begins; a change or an exception settles them."""
    return [
        WorklistRow(
            kind="meeting_not_scheduled",
            subject_id=series_id,
            episode_id=None,
            facility_id=facility,
            role=Role.SCHEDULER,
            due_at=due_at,
            command=f"POST /v1/series/{series_id}/exceptions",
        )
        for series_id, due_at in await missing_meetings(tx, facility)
    ]
