"""Dosing holds."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.medication_giving import HoldDosing, HoldLifted, HoldPlaced, LiftHold
from stepwell_medication.usecases.hold_dosing import hold_dosing
from stepwell_medication.usecases.resume_dosing import resume_dosing
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def holds_router(transactions: Transactions) -> APIRouter:
    """The routes of holds."""
    router = APIRouter(tags=["holds"])

    @router.post("/v1/episodes/{episode_id}/dosing-holds", status_code=201)
    async def post_hold(episode_id: UUID, body: HoldDosing, caller: CurrentCaller, key: CurrentKey) -> HoldPlaced:
        async with transactions(caller) as tx:
            return await once(tx, key, HoldPlaced, lambda: hold_dosing(tx, episode_id, body))

    @router.post("/v1/dosing-holds/{hold_id}/lift")
    async def post_lift(hold_id: UUID, body: LiftHold, caller: CurrentCaller, key: CurrentKey) -> HoldLifted:
        async with transactions(caller) as tx:
            return await once(tx, key, HoldLifted, lambda: resume_dosing(tx, hold_id, body))

    return router
