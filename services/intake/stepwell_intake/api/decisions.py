"""Decisions about an episode, which its journey carries out, and what speaks for a step-down."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.intake_decisions import (
    DecideAdmission,
    DecideDecline,
    DecideDischarge,
    DecideHold,
    DecideResume,
    DecideStepDown,
    DecideStepUp,
    DecideTransfer,
    DecideWaitlist,
    DecisionList,
    DecisionRecorded,
    StepDownCriteria,
)
from stepwell_intake.domain.access import READ_EPISODE
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.views import decisions_of
from stepwell_intake.usecases.decide_admission import decide_admission
from stepwell_intake.usecases.decide_decline import decide_decline
from stepwell_intake.usecases.decide_discharge import decide_discharge
from stepwell_intake.usecases.decide_hold import decide_hold
from stepwell_intake.usecases.decide_resume import decide_resume
from stepwell_intake.usecases.decide_step_down import decide_step_down
from stepwell_intake.usecases.decide_step_up import decide_step_up
from stepwell_intake.usecases.decide_transfer import decide_transfer
from stepwell_intake.usecases.decide_waitlist import decide_waitlist
from stepwell_intake.usecases.read_step_down_criteria import read_step_down_criteria
from stepwell_kernel.access import Resource
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def decisions_router(transactions: Transactions) -> APIRouter:
    """The routes of decisions."""
    router = APIRouter(tags=["decisions"])
    _before_care(router, transactions)
    _in_care(router, transactions)
    _between_levels(router, transactions)
    return router


def _before_care(router: APIRouter, transactions: Transactions) -> None:
    @router.post("/v1/episodes/{episode_id}/admission", status_code=201)
    async def post_admission(
        episode_id: UUID, body: DecideAdmission, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_admission(tx, episode_id, body))

    @router.post("/v1/episodes/{episode_id}/decline", status_code=201)
    async def post_decline(
        episode_id: UUID, body: DecideDecline, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_decline(tx, episode_id, body))

    @router.post("/v1/episodes/{episode_id}/waitlist", status_code=201)
    async def post_waitlist(
        episode_id: UUID, body: DecideWaitlist, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_waitlist(tx, episode_id, body))


def _in_care(router: APIRouter, transactions: Transactions) -> None:
    @router.post("/v1/episodes/{episode_id}/hold", status_code=201)
    async def post_hold(episode_id: UUID, body: DecideHold, caller: CurrentCaller, key: CurrentKey) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_hold(tx, episode_id, body))

    @router.post("/v1/episodes/{episode_id}/resume", status_code=201)
    async def post_resume(
        episode_id: UUID, body: DecideResume, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        del body
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_resume(tx, episode_id))

    @router.post("/v1/episodes/{episode_id}/transfer", status_code=201)
    async def post_transfer(
        episode_id: UUID, body: DecideTransfer, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_transfer(tx, episode_id, body))

    @router.post("/v1/episodes/{episode_id}/discharge", status_code=201)
    async def post_discharge(
        episode_id: UUID, body: DecideDischarge, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_discharge(tx, episode_id, body))

    @router.get("/v1/episodes/{episode_id}/decisions")
    async def get_decisions(episode_id: UUID, caller: CurrentCaller) -> DecisionList:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(READ_EPISODE, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            return DecisionList(decisions=await decisions_of(tx, episode_id))


def _between_levels(router: APIRouter, transactions: Transactions) -> None:
    @router.get("/v1/episodes/{episode_id}/step-down-criteria")
    async def get_step_down_criteria(episode_id: UUID, caller: CurrentCaller) -> StepDownCriteria:
        async with transactions(caller) as tx:
            return await read_step_down_criteria(tx, episode_id)

    @router.post("/v1/episodes/{episode_id}/step-down", status_code=201)
    async def post_step_down(
        episode_id: UUID, body: DecideStepDown, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_step_down(tx, episode_id, body))

    @router.post("/v1/episodes/{episode_id}/step-up", status_code=201)
    async def post_step_up(
        episode_id: UUID, body: DecideStepUp, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_step_up(tx, episode_id, body))
