"""When patients can come, and the plans of their weeks."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.scheduling_plans import (
    AvailabilityList,
    AvailabilitySet,
    PlanEpisodeWeek,
    SetAvailability,
    WeekPlanList,
    WeekPlanMade,
)
from stepwell_kernel.access import Resource
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey
from stepwell_scheduling.domain.access import READ_PLANS
from stepwell_scheduling.store.availability import availability_of, availability_view
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.plans import plan_view, plans_of
from stepwell_scheduling.usecases.plan_week import plan_week
from stepwell_scheduling.usecases.set_availability import set_availability


def plans_router(transactions: Transactions) -> APIRouter:
    """The routes of availability and weekly plans."""
    router = APIRouter(tags=["plans"])

    @router.put("/v1/episodes/{episode_id}/availability")
    async def put_availability(
        episode_id: UUID, body: SetAvailability, caller: CurrentCaller, key: CurrentKey
    ) -> AvailabilitySet:
        async with transactions(caller) as tx:
            return await once(tx, key, AvailabilitySet, lambda: set_availability(tx, episode_id, body))

    @router.get("/v1/episodes/{episode_id}/availability")
    async def get_availability(episode_id: UUID, caller: CurrentCaller) -> AvailabilityList:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(READ_PLANS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            versions = (await availability_of(tx, [episode_id])).get(episode_id, ())
            return AvailabilityList(versions=tuple(availability_view(version) for version in versions))

    @router.post("/v1/episodes/{episode_id}/week-plan", status_code=201)
    async def post_week_plan(
        episode_id: UUID, body: PlanEpisodeWeek, caller: CurrentCaller, key: CurrentKey
    ) -> WeekPlanMade:
        async with transactions(caller) as tx:
            return await once(tx, key, WeekPlanMade, lambda: plan_week(tx, episode_id, body))

    @router.get("/v1/episodes/{episode_id}/week-plans")
    async def get_week_plans(episode_id: UUID, caller: CurrentCaller) -> WeekPlanList:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(READ_PLANS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            return WeekPlanList(plans=tuple(plan_view(plan) for plan in await plans_of(tx, episode_id)))

    return router
