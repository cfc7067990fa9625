"""Who belongs to a group, and who is kept apart from whom."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.scheduling_care import (
    EndMembership,
    GroupPlace,
    JoinGroup,
    KeepApart,
    KeptApart,
    MembershipEnded,
    Roster,
)
from stepwell_kernel.access import Resource
from stepwell_kernel.local_time import local_at
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey
from stepwell_scheduling.domain.access import KEEP_APART, READ_SESSIONS
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.reference import find_group
from stepwell_scheduling.store.roster_views import roster_of
from stepwell_scheduling.store.seating import kept_apart_from, sessions_together
from stepwell_scheduling.usecases.join_group import join_group
from stepwell_scheduling.usecases.keep_apart import keep_apart
from stepwell_scheduling.usecases.leave_group import leave_group


def rosters_router(transactions: Transactions) -> APIRouter:
    """The routes of memberships and of patients kept apart."""
    router = APIRouter(tags=["rosters"])

    @router.post("/v1/groups/{group_id}/members", status_code=201)
    async def post_member(group_id: UUID, body: JoinGroup, caller: CurrentCaller, key: CurrentKey) -> GroupPlace:
        async with transactions(caller) as tx:
            return await once(tx, key, GroupPlace, lambda: join_group(tx, group_id, body))

    @router.post("/v1/memberships/{membership_id}/end", status_code=201)
    async def post_end(
        membership_id: UUID, body: EndMembership, caller: CurrentCaller, key: CurrentKey
    ) -> MembershipEnded:
        async with transactions(caller) as tx:
            return await once(tx, key, MembershipEnded, lambda: leave_group(tx, membership_id, body))

    @router.get("/v1/groups/{group_id}/roster")
    async def get_roster(group_id: UUID, caller: CurrentCaller) -> Roster:
        async with transactions(caller) as tx:
            group = await find_group(tx, group_id)
            tx.authorize(READ_SESSIONS, Resource(tx.tenant, "group", group_id, group.facility_id))
            return await roster_of(tx, group, local_at(tx.now, group.zone).date())

    @router.put("/v1/episodes/{episode_id}/keep-apart")
    async def put_keep_apart(episode_id: UUID, body: KeepApart, caller: CurrentCaller, key: CurrentKey) -> KeptApart:
        async with transactions(caller) as tx:
            return await once(tx, key, KeptApart, lambda: keep_apart(tx, episode_id, body))

    @router.get("/v1/episodes/{episode_id}/keep-apart")
    async def get_keep_apart(episode_id: UUID, caller: CurrentCaller) -> KeptApart:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(KEEP_APART, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            others = await kept_apart_from(tx, episode.patient_id)
            together = await sessions_together(tx, episode.patient_id, others)
        return KeptApart(episode_id=episode_id, patient_ids=tuple(sorted(others)), sessions_together=tuple(together))

    return router
