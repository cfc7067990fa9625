"""What waits for a person: messages that no channel could deliver, while the patient can still be told another way."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from stepwell_contracts.http.common import Worklist, WorklistRow
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Role
from stepwell_notifications.domain.access import READ_MESSAGES
from stepwell_notifications.store.messages import undelivered
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller
from stepwell_runtime.http.cursor import from_cursor, to_cursor

PAGE = 50
FROM_THE_START = (datetime.min.replace(tzinfo=UTC), UUID(int=0))


def worklist_router(transactions: Transactions) -> APIRouter:
    """The route of the worklist."""
    router = APIRouter(tags=["worklist"])

    @router.get("/v1/worklist")
    async def get_worklist(
        caller: CurrentCaller,
        facility: UUID,
        role: Role = Role.SCHEDULER,
        due_before: AwareDatetime | None = None,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Worklist:
        async with transactions(caller) as tx:
            tx.authorize(READ_MESSAGES, Resource(tx.tenant, "facility", facility, facility))
            if role is not Role.SCHEDULER:
                return Worklist(rows=())
            after = from_cursor(cursor) if cursor else FROM_THE_START
            found = await undelivered(tx, facility, due_before, after, PAGE)
        rows = tuple(
            WorklistRow(
                kind="message_failed",
                subject_id=row["message_id"],
                episode_id=row["episode_id"],
                facility_id=row["facility_id"],
                role=Role.SCHEDULER,
                due_at=row["useful_until"],
                command=f"GET /v1/episodes/{row['episode_id']}/messages",
            )
            for row in found
        )
        last = (rows[-1].due_at, rows[-1].subject_id) if len(rows) == PAGE else None
        return Worklist(rows=rows, next_cursor=to_cursor(last) if last else None)

    return router
