"""What waits for a person: pages that nobody took over; messages that failed, while the patient can still be told."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Query

from stepwell_contracts.base import Instant
from stepwell_contracts.http.common import Worklist, WorklistRow
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Role
from stepwell_notifications.domain.access import CLINICIANS, READ_WORKLIST
from stepwell_notifications.domain.pages import Page
from stepwell_notifications.store.messages import undelivered
from stepwell_notifications.store.pages import open_pages
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
        due_before: Instant | None = None,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Worklist:
        async with transactions(caller) as tx:
            tx.authorize(READ_WORKLIST, Resource(tx.tenant, "facility", facility, facility))
            after = from_cursor(cursor) if cursor else FROM_THE_START
            rows: tuple[WorklistRow, ...] = ()
            if role is Role.SCHEDULER:
                failed = await undelivered(tx, facility, due_before, after, PAGE)
                rows = tuple(_failed_message(row) for row in failed)
            elif role in CLINICIANS:
                pages = await open_pages(tx, facility, due_before, after, PAGE)
                rows = tuple(_open_page(page, role) for page in pages)
        last = (rows[-1].due_at, rows[-1].subject_id) if len(rows) == PAGE else None
        return Worklist(rows=rows, next_cursor=to_cursor(last) if last else None)

    return router


def _failed_message(row: asyncpg.Record) -> WorklistRow:
    return WorklistRow(
        kind="message_failed",
        subject_id=row["message_id"],
        episode_id=row["episode_id"],
        facility_id=row["facility_id"],
        role=Role.SCHEDULER,
        due_at=row["useful_until"],
        command=f"GET /v1/episodes/{row['episode_id']}/messages",
    )


def _open_page(page: Page, role: Role) -> WorklistRow:
    """A page waits for every clinician of the facility, on call or not."""
    return WorklistRow(
        kind="page_open" if page.call.round == 1 else "page_unanswered",
        subject_id=page.page_id,
        episode_id=page.episode_id,
        facility_id=page.facility_id,
        role=role,
        due_at=page.acknowledge_by,
        command=f"POST /v1/pages/{page.page_id}/acknowledgement",
    )
