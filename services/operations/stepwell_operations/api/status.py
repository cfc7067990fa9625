"""The platform at a glance, as data."""

from fastapi import APIRouter

from stepwell_contracts.http.operations import Status
from stepwell_kernel.access import Resource
from stepwell_operations.domain.access import READ_STATUS
from stepwell_operations.domain.way import SIDE_DOORS, WAY
from stepwell_operations.platform_status import Peers
from stepwell_operations.store.journeys import funnel
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller


def status_router(transactions: Transactions, peers: Peers) -> APIRouter:
    """The route of the status."""
    router = APIRouter(tags=["status"])

    @router.get("/v1/status")
    async def get_status(caller: CurrentCaller) -> Status:
        async with transactions(caller) as tx:
            tx.authorize(READ_STATUS, Resource(tx.tenant, "platform"))
            counts, at = await funnel(tx), tx.now
        platform = await peers.status(caller.tenant)
        return Status(
            at=at,
            parts=tuple(platform.parts),
            journeys_by_phase={phase: counts[phase].journeys for phase in (*WAY, *SIDE_DOORS) if phase in counts},
            parked_keys=platform.parked_keys,
            oldest_outbox_seconds=platform.oldest_unsent_s,
            worst_lag_seconds=platform.worst_lag_s,
        )

    return router
