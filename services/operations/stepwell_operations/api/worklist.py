"""What waits for people across the services, as data."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.base import Instant
from stepwell_contracts.http.operations import Work
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Role
from stepwell_operations.domain.access import READ_WORKLIST
from stepwell_operations.parameters import After, Limit
from stepwell_operations.store.crises import open_crises
from stepwell_operations.store.tallies import by_role, count_work_of, work_tallies
from stepwell_operations.store.worklist import WorkFilter, work
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller
from stepwell_runtime.http.cursor import to_cursor


def worklist_router(transactions: Transactions) -> APIRouter:
    """The route of the worklist."""
    router = APIRouter(tags=["worklist"])

    @router.get("/v1/worklist")
    async def get_worklist(
        caller: CurrentCaller,
        facility: UUID | None = None,
        role: Role | None = None,
        due_before: Instant | None = None,
        limit: Limit = 100,
        after: After = None,
    ) -> Work:
        only = WorkFilter(role, facility, due_before)
        async with transactions(caller) as tx:
            tx.authorize(READ_WORKLIST, Resource(tx.tenant, "facility", facility, facility))
            found = await work(tx, only, after=after, most=limit + 1)
            tallies = await work_tallies(tx, facility)
            crises = await open_crises(tx, facility_id=facility)
        rows = tuple(found[:limit])
        more = len(found) > limit
        total = count_work_of(tallies)
        return Work(
            crises=tuple(crises),
            rows=rows,
            roles=tuple(by_role(tallies)),
            open=total.open,
            overdue=total.overdue,
            next_cursor=to_cursor((rows[-1].due_at, rows[-1].subject_id)) if more else None,
        )

    return router
