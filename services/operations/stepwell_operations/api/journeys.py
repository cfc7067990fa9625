"""Journeys and the state of the platform, as data."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from stepwell_contracts.http.operations import JourneyList, JourneyView, Status
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Phase
from stepwell_operations.domain.access import READ_JOURNEYS, READ_STATUS
from stepwell_operations.platform_status import Peers
from stepwell_operations.store.journeys import (
    count_journeys,
    find_journey,
    journeys,
    journeys_by_phase,
    timeline,
)
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller


def journeys_router(transactions: Transactions, peers: Peers) -> APIRouter:
    """The routes of operations' API."""
    router = APIRouter(tags=["journeys"])

    @router.get("/v1/status")
    async def get_status(caller: CurrentCaller) -> Status:
        async with transactions(caller) as tx:
            tx.authorize(READ_STATUS, Resource(tx.tenant, "platform"))
            by_phase = await journeys_by_phase(tx)
            at = tx.now
        platform = await peers.status(caller.tenant)
        return Status(
            at=at,
            parts=tuple(platform.parts),
            journeys_by_phase=dict(by_phase),
            parked_keys=platform.parked_keys,
            oldest_outbox_seconds=platform.oldest_unsent_s,
            worst_lag_seconds=platform.worst_lag_s,
        )

    @router.get("/v1/journeys")
    async def get_journeys(
        caller: CurrentCaller,
        phase: Phase | None = None,
        facility_id: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> JourneyList:
        async with transactions(caller) as tx:
            tx.authorize(READ_JOURNEYS, Resource(tx.tenant, "facility", facility_id, facility_id))
            found = await journeys(tx, phase=phase, facility_id=facility_id, most=limit)
            total = await count_journeys(tx, phase=phase, facility_id=facility_id)
        return JourneyList(journeys=tuple(found), total=total)

    @router.get("/v1/journeys/{episode_id}")
    async def get_journey(episode_id: UUID, caller: CurrentCaller) -> JourneyView:
        async with transactions(caller) as tx:
            journey = await find_journey(tx, episode_id)
            tx.authorize(READ_JOURNEYS, Resource(tx.tenant, "journey", episode_id, journey.facility_id))
            entries = await timeline(tx, episode_id)
        return JourneyView(journey=journey, timeline=tuple(entries))

    return router
