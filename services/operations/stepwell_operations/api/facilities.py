"""Facilities, as data."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.operations_network import FacilityList, FacilityView
from stepwell_kernel.access import Resource
from stepwell_operations.domain.access import READ_FACILITIES
from stepwell_operations.parameters import Week
from stepwell_operations.store.facilities import facilities, facility_view, find_facility
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller


def facilities_router(transactions: Transactions) -> APIRouter:
    """The routes of facilities."""
    router = APIRouter(tags=["facilities"])

    @router.get("/v1/facilities")
    async def get_facilities(caller: CurrentCaller) -> FacilityList:
        async with transactions(caller) as tx:
            tx.authorize(READ_FACILITIES, Resource(tx.tenant, "facility"))
            return FacilityList(facilities=tuple(await facilities(tx)))

    @router.get("/v1/facilities/{facility_id}")
    async def get_facility(facility_id: UUID, caller: CurrentCaller, week: Week = None) -> FacilityView:
        async with transactions(caller) as tx:
            facility = await find_facility(tx, facility_id)
            tx.authorize(READ_FACILITIES, Resource(tx.tenant, "facility", facility_id, facility_id))
            return await facility_view(tx, facility, week)

    return router
