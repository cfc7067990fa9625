"""Reference data of facilities."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.scheduling import PublishReference, ReferencePublished
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey
from stepwell_scheduling.usecases.publish_reference import publish_reference


def reference_router(transactions: Transactions) -> APIRouter:
    """The routes of reference data."""
    router = APIRouter(tags=["reference"])

    @router.put("/v1/facilities/{facility_id}/reference")
    async def put_reference(
        facility_id: UUID, body: PublishReference, caller: CurrentCaller, key: CurrentKey
    ) -> ReferencePublished:
        async with transactions(caller) as tx:
            return await once(tx, key, ReferencePublished, lambda: publish_reference(tx, facility_id, body))

    return router
