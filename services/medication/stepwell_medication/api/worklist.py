"""What waits for a person: each role has its sources of rows, which are merged by due time."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from stepwell_contracts.base import Instant
from stepwell_contracts.http.common import Worklist
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Role
from stepwell_medication.domain.access import READ_ORDERS
from stepwell_medication.store.dosing_queue import doses_waiting, holds_to_decide
from stepwell_medication.store.drug_tests import tests_to_collect
from stepwell_medication.store.injections import injections_late, injections_waiting
from stepwell_medication.store.order_views import (
    checks_waiting,
    interactions_waiting,
    monitoring_waiting,
    visits_waiting,
)
from stepwell_medication.store.stock_reports import reports_due
from stepwell_medication.store.worklist import FROM_THE_START, Asked, Source
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller
from stepwell_runtime.http.cursor import from_cursor, to_cursor

PAGE = 50

SOURCES: Mapping[Role, tuple[Source, ...]] = MappingProxyType(
    {
        Role.NURSE: (doses_waiting, injections_waiting, tests_to_collect, checks_waiting),
        Role.PRESCRIBER: (holds_to_decide, injections_late, interactions_waiting, monitoring_waiting, visits_waiting),
        Role.SUPERVISOR: (reports_due,),
    }
)


def worklist_router(transactions: Transactions) -> APIRouter:
    """The route of the worklist."""
    router = APIRouter(tags=["worklist"])

    @router.get("/v1/worklist")
    async def get_worklist(
        caller: CurrentCaller,
        facility: UUID,
        role: Role = Role.NURSE,
        due_before: Instant | None = None,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Worklist:
        asked = Asked(facility, due_before, from_cursor(cursor) if cursor else FROM_THE_START, PAGE)
        async with transactions(caller) as tx:
            tx.authorize(READ_ORDERS, Resource(tx.tenant, "facility", facility, facility))
            found = [row for source in SOURCES.get(role, ()) for row in await source(tx, asked)]
        rows = sorted(found, key=lambda row: (row.due_at, row.subject_id))[:PAGE]
        last = (rows[-1].due_at, rows[-1].subject_id) if len(rows) == PAGE else None
        return Worklist(rows=tuple(rows), next_cursor=to_cursor(last) if last else None)

    return router
