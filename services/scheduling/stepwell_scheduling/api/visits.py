"""Visits of one patient."""

from fastapi import APIRouter

from stepwell_contracts.http.scheduling_timetable import ScheduleVisit, VisitBooked
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey
from stepwell_scheduling.usecases.schedule_visit import schedule_visit


def visits_router(transactions: Transactions) -> APIRouter:
    """The route of visits."""
    router = APIRouter(tags=["visits"])

    @router.post("/v1/visits", status_code=201)
    async def post_visit(body: ScheduleVisit, caller: CurrentCaller, key: CurrentKey) -> VisitBooked:
        async with transactions(caller) as tx:
            return await once(tx, key, VisitBooked, lambda: schedule_visit(tx, body))

    return router
