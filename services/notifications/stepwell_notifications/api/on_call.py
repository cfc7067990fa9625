"""Who is on call at a facility."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.notifications import OnCallPersonView, OnCallRoster, OnCallSet, SetOnCall
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import NotFound
from stepwell_notifications.domain.access import READ_ON_CALL
from stepwell_notifications.store.on_call import Rosters
from stepwell_notifications.usecases.set_on_call import set_on_call
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def on_call_router(transactions: Transactions, rosters: Rosters) -> APIRouter:
    """The routes of the roster."""
    router = APIRouter(tags=["on call"])

    @router.put("/v1/facilities/{facility_id}/on-call")
    async def put_on_call(facility_id: UUID, body: SetOnCall, caller: CurrentCaller, key: CurrentKey) -> OnCallSet:
        async with transactions(caller) as tx:
            return await once(tx, key, OnCallSet, lambda: set_on_call(tx, rosters, facility_id, body))

    @router.get("/v1/facilities/{facility_id}/on-call")
    async def get_on_call(facility_id: UUID, caller: CurrentCaller) -> OnCallRoster:
        async with transactions(caller) as tx:
            tx.authorize(READ_ON_CALL, Resource(tx.tenant, "facility", facility_id, facility_id))
            roster = await rosters.find(tx, facility_id)
        if roster is None:
            raise NotFound("roster_not_found", "nobody was ever put on call at this facility")
        people = tuple(
            OnCallPersonView(level=level, staff_id=person.staff_id, channel=person.channel, address=person.address)
            for level, person in enumerate(roster.people, start=1)
        )
        return OnCallRoster(facility_id=facility_id, version=roster.version, people=people)

    return router
