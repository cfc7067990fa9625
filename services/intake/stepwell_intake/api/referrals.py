"""Before admission: referral, contact, permission, assessment."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.intake import (
    Assess,
    Assessed,
    ContactPermission,
    ContactPoint,
    EpisodeOpened,
    ReceiveReferral,
    RecordFirstContact,
    ResolveContactPoint,
    SetContactPermission,
)
from stepwell_intake.store.identities import Identities
from stepwell_intake.usecases.assess import assess
from stepwell_intake.usecases.receive_referral import receive_referral
from stepwell_intake.usecases.record_first_contact import record_first_contact
from stepwell_intake.usecases.resolve_contact_point import resolve_contact_point
from stepwell_intake.usecases.set_contact_permission import set_contact_permission
from stepwell_kernel.codes import Channel
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def referrals_router(transactions: Transactions, identities: Identities) -> APIRouter:
    """The routes that lead up to the decision to admit."""
    router = APIRouter(tags=["referrals"])

    @router.post("/v1/referrals", status_code=201)
    async def post_referral(body: ReceiveReferral, caller: CurrentCaller, key: CurrentKey) -> EpisodeOpened:
        async with transactions(caller) as tx:
            return await once(tx, key, EpisodeOpened, lambda: receive_referral(tx, identities, body))

    @router.post("/v1/episodes/{episode_id}/first-contact", status_code=201)
    async def post_first_contact(
        episode_id: UUID, body: RecordFirstContact, caller: CurrentCaller, key: CurrentKey
    ) -> EpisodeOpened:
        async with transactions(caller) as tx:
            return await once(tx, key, EpisodeOpened, lambda: record_first_contact(tx, episode_id, body))

    @router.put("/v1/patients/{patient_id}/contact-permissions/{channel}")
    async def put_contact_permission(
        patient_id: UUID,
        channel: Channel,
        body: SetContactPermission,
        caller: CurrentCaller,
        key: CurrentKey,
    ) -> ContactPermission:
        async with transactions(caller) as tx:
            return await once(tx, key, ContactPermission, lambda: set_contact_permission(tx, patient_id, channel, body))

    @router.post("/v1/episodes/{episode_id}/assessments", status_code=201)
    async def post_assessment(episode_id: UUID, body: Assess, caller: CurrentCaller, key: CurrentKey) -> Assessed:
        async with transactions(caller) as tx:
            return await once(tx, key, Assessed, lambda: assess(tx, identities, episode_id, body))

    @router.post("/v1/contact-points/resolve")
    async def post_resolve(body: ResolveContactPoint, caller: CurrentCaller) -> ContactPoint:
        async with transactions(caller) as tx:
            return await resolve_contact_point(tx, identities, body)

    return router
