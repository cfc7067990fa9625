"""The platform, at a glance and in detail, as data."""

from fastapi import APIRouter

from stepwell_contracts.http.operations import PartStatus, Status
from stepwell_contracts.http.operations_network import Health
from stepwell_kernel.access import Resource
from stepwell_operations.domain.access import READ_STATUS
from stepwell_operations.domain.way import SIDE_DOORS, WAY
from stepwell_operations.platform_status import Peers
from stepwell_operations.store.parked import shown_keys
from stepwell_operations.store.tallies import funnel, journey_tallies
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller


def status_router(transactions: Transactions, peers: Peers) -> APIRouter:
    """The routes of status and health."""
    router = APIRouter(tags=["status"])

    @router.get("/v1/status")
    async def get_status(caller: CurrentCaller) -> Status:
        async with transactions(caller) as tx:
            tx.authorize(READ_STATUS, Resource(tx.tenant, "platform"))
            counts, at = funnel(await journey_tallies(tx)), tx.now
        platform = await peers.status(caller.tenant)
        return Status(
            at=at,
            parts=tuple(PartStatus(name=part.name, ready=part.ready, detail=part.detail) for part in platform.parts),
            journeys_by_phase={phase: counts[phase].journeys for phase in (*WAY, *SIDE_DOORS) if phase in counts},
            parked_keys=platform.parked_keys,
            oldest_outbox_seconds=platform.oldest_unsent_s,
            worst_lag_seconds=platform.worst_lag_s,
            silent=tuple(platform.silent),
        )

    @router.get("/v1/health")
    async def get_health(caller: CurrentCaller) -> Health:
        async with transactions(caller) as tx:
            tx.authorize(READ_STATUS, Resource(tx.tenant, "platform"))
        platform = await peers.status(caller.tenant)
        async with transactions(caller) as tx:
            return Health(
                at=tx.now,
                parts=tuple(platform.parts),
                lags=tuple(platform.lags),
                parked=await shown_keys(tx, platform.parked),
            )

    return router
