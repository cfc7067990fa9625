"""An episode: its decisions, its follow-up, and how it stands."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.intake import (
    AftercareContact,
    DecideAdmission,
    DecideDischarge,
    DecideStepDown,
    DecisionRecorded,
    EpisodeView,
    RecordAftercareContact,
)
from stepwell_intake.domain.access import READ_EPISODE
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.views import tasks_of
from stepwell_intake.usecases.decide_admission import decide_admission
from stepwell_intake.usecases.decide_discharge import decide_discharge
from stepwell_intake.usecases.decide_step_down import decide_step_down
from stepwell_intake.usecases.record_aftercare_contact import record_aftercare_contact
from stepwell_kernel.access import Resource
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def episodes_router(transactions: Transactions) -> APIRouter:
    """The routes of an episode."""
    router = APIRouter(tags=["episodes"])

    @router.get("/v1/episodes/{episode_id}")
    async def get_episode(episode_id: UUID, caller: CurrentCaller) -> EpisodeView:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(READ_EPISODE, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            return EpisodeView(
                episode_id=episode.episode_id,
                patient_id=episode.patient_id,
                facility_id=episode.facility_id,
                program_id=episode.program_id,
                age_band=episode.age_band,
                phase=episode.phase,
                part=episode.part,
                prescribed_minutes_per_week=episode.prescribed_minutes_per_week,
                received_at=episode.received_at,
                tasks=await tasks_of(tx, episode_id),
            )

    @router.post("/v1/episodes/{episode_id}/admission", status_code=201)
    async def post_admission(
        episode_id: UUID, body: DecideAdmission, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_admission(tx, episode_id, body))

    @router.post("/v1/episodes/{episode_id}/step-down", status_code=201)
    async def post_step_down(
        episode_id: UUID, body: DecideStepDown, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_step_down(tx, episode_id, body))

    @router.post("/v1/episodes/{episode_id}/discharge", status_code=201)
    async def post_discharge(
        episode_id: UUID, body: DecideDischarge, caller: CurrentCaller, key: CurrentKey
    ) -> DecisionRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, DecisionRecorded, lambda: decide_discharge(tx, episode_id, body))

    @router.post("/v1/episodes/{episode_id}/aftercare-contacts", status_code=201)
    async def post_aftercare_contact(
        episode_id: UUID, body: RecordAftercareContact, caller: CurrentCaller, key: CurrentKey
    ) -> AftercareContact:
        async with transactions(caller) as tx:
            return await once(tx, key, AftercareContact, lambda: record_aftercare_contact(tx, episode_id, body))

    return router
