"""Where an id leads, as data."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from stepwell_contracts.http.operations_network import Found
from stepwell_kernel.access import Resource
from stepwell_operations.domain.access import READ_JOURNEYS
from stepwell_operations.store.search import find
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller


def search_router(transactions: Transactions) -> APIRouter:
    """The route of the search."""
    router = APIRouter(tags=["journeys"])

    @router.get("/v1/search")
    async def get_found(identifier: Annotated[UUID, Query(alias="id")], caller: CurrentCaller) -> Found:
        async with transactions(caller) as tx:
            tx.authorize(READ_JOURNEYS, Resource(tx.tenant, "search", identifier))
            return await find(tx, identifier)

    return router
