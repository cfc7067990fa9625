"""What waits for a person: sessions that have ended without attendance."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from stepwell_contracts.http.common import Worklist, WorklistRow
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Role
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller
from stepwell_runtime.http.cursor import from_cursor, to_cursor
from stepwell_scheduling.domain.access import READ_SESSIONS
from stepwell_scheduling.store.views import unmarked_bookings

PAGE = 50
FROM_THE_START = (datetime.min.replace(tzinfo=UTC), UUID(int=0))

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
        due_before: AwareDatetime | None = None,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Worklist:
        async with transactions(caller) as tx:
            tx.authorize(READ_SESSIONS, Resource(tx.tenant, "facility", facility, facility))
            if role is not Role.COUNSELOR:
                return Worklist(rows=())
            after = from_cursor(cursor) if cursor else FROM_THE_START
            until = min(tx.now, (due_before or datetime.max.replace(tzinfo=UTC)) - ATTENDANCE_WITHIN)
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

    return router
