"""The dosing queue: active orders without a dose today."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from stepwell_contracts.http.common import Worklist, WorklistRow
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Role
from stepwell_kernel.local_time import local_at, resolve_forward
from stepwell_medication.domain.access import READ_ORDERS
from stepwell_medication.store.orders import without_dose
from stepwell_medication.store.reference import find_zone
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
        role: Role = Role.NURSE,
        due_before: AwareDatetime | None = None,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Worklist:
        async with transactions(caller) as tx:
            tx.authorize(READ_ORDERS, Resource(tx.tenant, "facility", facility, facility))
            zone = await find_zone(tx, facility)
            today = local_at(tx.now, zone).date()
            due_at = resolve_forward(datetime.combine(today + timedelta(days=1), time()), zone)
            if role is not Role.NURSE or (due_before is not None and due_at >= due_before):
                return Worklist(rows=())
            after = from_cursor(cursor) if cursor else FROM_THE_START
            found = await without_dose(tx, facility, today, after[1], PAGE)
        rows = tuple(
            WorklistRow(
                kind="dose",
                subject_id=row["order_id"],
                episode_id=row["episode_id"],
                facility_id=row["facility_id"],
                role=Role.NURSE,
                due_at=due_at,
                command=f"POST /v1/orders/{row['order_id']}/doses",
            )
            for row in found
        )
        last = rows[-1].subject_id if len(rows) == PAGE else None
        return Worklist(rows=rows, next_cursor=to_cursor((due_at, last)) if last else None)

    return router
