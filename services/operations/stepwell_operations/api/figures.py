"""Figures and report, as data."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from stepwell_contracts.http.operations_network import Figures, Report
from stepwell_kernel.access import Resource
from stepwell_operations.domain.access import READ_FIGURES
from stepwell_operations.store.figures import figures
from stepwell_operations.store.report import report
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller

MOST_HOURS = 24 * 365


def figures_router(transactions: Transactions) -> APIRouter:
    """The routes of figures and report."""
    router = APIRouter(tags=["figures"])

    @router.get("/v1/figures")
    async def get_figures(caller: CurrentCaller, facility_id: UUID | None = None) -> Figures:
        async with transactions(caller) as tx:
            tx.authorize(READ_FIGURES, Resource(tx.tenant, "facility", facility_id, facility_id))
            return await figures(tx, facility_id)

    @router.get("/v1/report")
    async def get_report(
        caller: CurrentCaller,
        facility_id: UUID | None = None,
        allowed_hours: Annotated[float, Query(ge=0, le=MOST_HOURS)] = 0,
    ) -> Report:
        async with transactions(caller) as tx:
            tx.authorize(READ_FIGURES, Resource(tx.tenant, "facility", facility_id, facility_id))
            return await report(tx, facility_id, allowed=timedelta(hours=allowed_hours))

    return router
