"""The numbers from which a facility writes."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.notifications_replies import SenderNumbers, SetSenderNumbers
from stepwell_kernel.access import Resource
from stepwell_notifications.domain.access import READ_SENDER_NUMBERS
from stepwell_notifications.store.reference import find_facility
from stepwell_notifications.store.sender_numbers import numbers_of
from stepwell_notifications.usecases.set_sender_numbers import set_sender_numbers
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def sender_numbers_router(transactions: Transactions) -> APIRouter:
    """The routes of numbers."""
    router = APIRouter(tags=["sender numbers"])

    @router.put("/v1/facilities/{facility_id}/sender-numbers")
    async def put_sender_numbers(
        facility_id: UUID, body: SetSenderNumbers, caller: CurrentCaller, key: CurrentKey
    ) -> SenderNumbers:
        async with transactions(caller) as tx:
            return await once(tx, key, SenderNumbers, lambda: set_sender_numbers(tx, facility_id, body))

    @router.get("/v1/facilities/{facility_id}/sender-numbers")
    async def get_sender_numbers(facility_id: UUID, caller: CurrentCaller) -> SenderNumbers:
        async with transactions(caller) as tx:
            tx.authorize(READ_SENDER_NUMBERS, Resource(tx.tenant, "facility", facility_id, facility_id))
            await find_facility(tx, facility_id)
            return SenderNumbers(facility_id=facility_id, numbers=tuple(await numbers_of(tx, facility_id)))

    return router
