"""What patients want: by category and channel, and whether at all."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.notifications_replies import Preferences, SetPreferences, Standing, TakeOptIn, TakeOptOut
from stepwell_kernel.access import Resource
from stepwell_notifications.domain.access import READ_PREFERENCES
from stepwell_notifications.store.reference import current_episode
from stepwell_notifications.store.views import preferences_of
from stepwell_notifications.usecases.opt_in import opt_in
from stepwell_notifications.usecases.opt_out import opt_out
from stepwell_notifications.usecases.set_preferences import set_preferences
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def preferences_router(transactions: Transactions) -> APIRouter:
    """The routes of preferences and opt-outs."""
    router = APIRouter(tags=["preferences"])

    @router.put("/v1/patients/{patient_id}/preferences")
    async def put_preferences(
        patient_id: UUID, body: SetPreferences, caller: CurrentCaller, key: CurrentKey
    ) -> Preferences:
        async with transactions(caller) as tx:
            return await once(tx, key, Preferences, lambda: set_preferences(tx, patient_id, body))

    @router.get("/v1/patients/{patient_id}/preferences")
    async def get_preferences(patient_id: UUID, caller: CurrentCaller) -> Preferences:
        async with transactions(caller) as tx:
            episode = await current_episode(tx, patient_id)
            tx.authorize(READ_PREFERENCES, Resource(tx.tenant, "patient", patient_id, episode.facility_id))
            return await preferences_of(tx, patient_id)

    @router.post("/v1/patients/{patient_id}/opt-outs", status_code=201)
    async def post_opt_out(patient_id: UUID, body: TakeOptOut, caller: CurrentCaller, key: CurrentKey) -> Standing:
        async with transactions(caller) as tx:
            return await once(tx, key, Standing, lambda: opt_out(tx, patient_id, body))

    @router.post("/v1/patients/{patient_id}/opt-ins", status_code=201)
    async def post_opt_in(patient_id: UUID, body: TakeOptIn, caller: CurrentCaller, key: CurrentKey) -> Standing:
        async with transactions(caller) as tx:
            return await once(tx, key, Standing, lambda: opt_in(tx, patient_id, body))

    return router
