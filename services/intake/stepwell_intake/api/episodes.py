"""An episode: its follow-up, and how it stands."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.intake import (
    AftercareContact,
    EpisodeView,
    RecordAftercareContact,
)
from stepwell_intake.domain.access import READ_EPISODE
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.views import tasks_of
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
                priority=episode.priority,
                payer=episode.payer,
                previous_episode_id=episode.previous_episode_id,
                tasks=await tasks_of(tx, episode_id),
            )

    @router.post("/v1/episodes/{episode_id}/aftercare-contacts", status_code=201)
    async def post_aftercare_contact(
        episode_id: UUID, body: RecordAftercareContact, caller: CurrentCaller, key: CurrentKey
    ) -> AftercareContact:
        async with transactions(caller) as tx:
            return await once(tx, key, AftercareContact, lambda: record_aftercare_contact(tx, episode_id, body))

    return router
