"""What waits for a person: open care tasks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from stepwell_contracts.base import Instant
from stepwell_contracts.http.common import Worklist
from stepwell_intake.domain.access import READ_WORKLIST
from stepwell_intake.store.views import Place, open_tasks
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Role
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller
from stepwell_runtime.http.cursor import from_cursor, to_cursor

PAGE = 50

#: After every role by name: a cursor names a due time and a task, and a task stands there once for each role.
LAST_ROLE = "~"


def worklist_router(transactions: Transactions) -> APIRouter:
    """The route of the worklist."""
    router = APIRouter(tags=["worklist"])

    @router.get("/v1/worklist")
    async def get_worklist(
        caller: CurrentCaller,
        facility: UUID,
        role: Role | None = None,
        due_before: Instant | None = None,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Worklist:
        async with transactions(caller) as tx:
            tx.authorize(READ_WORKLIST, Resource(tx.tenant, "facility", facility, facility))
            after: Place | None = (*from_cursor(cursor), LAST_ROLE) if cursor else None
            rows = await open_tasks(tx, facility, role, due_before, after, PAGE)
        last = rows[-1] if len(rows) == PAGE else None
        return Worklist(rows=tuple(rows), next_cursor=to_cursor((last.due_at, last.subject_id)) if last else None)

    return router
