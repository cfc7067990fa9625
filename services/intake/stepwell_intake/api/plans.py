"""The treatment plan, and attempts to reach who stays away from it."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.intake_legal import (
    DraftPlan,
    OutreachNoted,
    PlanList,
    PlanRecorded,
    PlanReview,
    RecordOutreach,
    ReviewPlan,
    SignPlan,
)
from stepwell_intake.usecases.plans import draft_plan, read_plans, review_plan, sign_plan
from stepwell_intake.usecases.record_outreach import record_outreach
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def plans_router(transactions: Transactions) -> APIRouter:
    """The routes of the treatment plan and of outreach."""
    router = APIRouter(tags=["plans"])

    @router.post("/v1/episodes/{episode_id}/plans", status_code=201)
    async def post_plan(episode_id: UUID, body: DraftPlan, caller: CurrentCaller, key: CurrentKey) -> PlanRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, PlanRecorded, lambda: draft_plan(tx, episode_id, body))

    @router.get("/v1/episodes/{episode_id}/plans")
    async def get_plans(episode_id: UUID, caller: CurrentCaller) -> PlanList:
        async with transactions(caller) as tx:
            return await read_plans(tx, episode_id)

    @router.post("/v1/episodes/{episode_id}/plans/{plan_id}/signature", status_code=201)
    async def post_signature(
        episode_id: UUID, plan_id: UUID, body: SignPlan, caller: CurrentCaller, key: CurrentKey
    ) -> PlanRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, PlanRecorded, lambda: sign_plan(tx, episode_id, plan_id, body))

    @router.post("/v1/episodes/{episode_id}/plans/{plan_id}/reviews", status_code=201)
    async def post_plan_review(
        episode_id: UUID, plan_id: UUID, body: ReviewPlan, caller: CurrentCaller, key: CurrentKey
    ) -> PlanReview:
        async with transactions(caller) as tx:
            return await once(tx, key, PlanReview, lambda: review_plan(tx, episode_id, plan_id, body))

    @router.post("/v1/episodes/{episode_id}/outreach", status_code=201)
    async def post_outreach(
        episode_id: UUID, body: RecordOutreach, caller: CurrentCaller, key: CurrentKey
    ) -> OutreachNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, OutreachNoted, lambda: record_outreach(tx, episode_id, body))

    return router
