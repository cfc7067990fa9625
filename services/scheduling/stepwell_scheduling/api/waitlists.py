"""Waiting for a place in a group."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.scheduling_care import JoinWaitlist, WaitEnded, WaitlistPlace, WithdrawWait
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey
from stepwell_scheduling.usecases.join_waitlist import join_waitlist
from stepwell_scheduling.usecases.leave_waitlist import leave_waitlist


def waitlists_router(transactions: Transactions) -> APIRouter:
    """The routes of waitlists."""
    router = APIRouter(tags=["waitlists"])

    @router.post("/v1/groups/{group_id}/waitlist", status_code=201)
    async def post_wait(group_id: UUID, body: JoinWaitlist, caller: CurrentCaller, key: CurrentKey) -> WaitlistPlace:
        async with transactions(caller) as tx:
            return await once(tx, key, WaitlistPlace, lambda: join_waitlist(tx, group_id, body))

    @router.post("/v1/waitlist/{waitlist_id}/withdrawal", status_code=201)
    async def post_withdrawal(
        waitlist_id: UUID,
        body: WithdrawWait,  # noqa: ARG001  it refuses unknown fields
        caller: CurrentCaller,
        key: CurrentKey,
    ) -> WaitEnded:
        async with transactions(caller) as tx:
            return await once(tx, key, WaitEnded, lambda: leave_waitlist(tx, waitlist_id))

    return router
