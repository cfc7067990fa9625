"""Consents, and what is disclosed under them or without them."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.intake_legal import (
    ConsentRecorded,
    ConsentRevocation,
    DecideDisclosure,
    DisclosureAccounting,
    DisclosureDecision,
    DisclosureReviewed,
    GrantConsent,
    ReviewDisclosure,
    RevokeConsent,
)
from stepwell_intake.store.identities import Identities
from stepwell_intake.usecases.account_for_disclosures import account_for_disclosures
from stepwell_intake.usecases.decide_disclosure import decide_disclosure
from stepwell_intake.usecases.grant_consent import grant_consent
from stepwell_intake.usecases.review_disclosure import review_disclosure
from stepwell_intake.usecases.revoke_consent import revoke_consent
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def consents_router(transactions: Transactions, identities: Identities) -> APIRouter:
    """The routes of consents and disclosures."""
    router = APIRouter(tags=["consents"])

    @router.post("/v1/episodes/{episode_id}/consents", status_code=201)
    async def post_consent(
        episode_id: UUID, body: GrantConsent, caller: CurrentCaller, key: CurrentKey
    ) -> ConsentRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, ConsentRecorded, lambda: grant_consent(tx, identities, episode_id, body))

    @router.post("/v1/episodes/{episode_id}/consents/{consent_id}/revocation", status_code=201)
    async def post_revocation(
        episode_id: UUID, consent_id: UUID, body: RevokeConsent, caller: CurrentCaller, key: CurrentKey
    ) -> ConsentRevocation:
        async with transactions(caller) as tx:
            return await once(tx, key, ConsentRevocation, lambda: revoke_consent(tx, episode_id, consent_id, body))

    @router.post("/v1/episodes/{episode_id}/disclosures", status_code=201)
    async def post_disclosure(
        episode_id: UUID, body: DecideDisclosure, caller: CurrentCaller, key: CurrentKey
    ) -> DisclosureDecision:
        async with transactions(caller) as tx:
            return await once(tx, key, DisclosureDecision, lambda: decide_disclosure(tx, identities, episode_id, body))

    @router.get("/v1/episodes/{episode_id}/disclosures")
    async def get_disclosures(episode_id: UUID, caller: CurrentCaller) -> DisclosureAccounting:
        async with transactions(caller) as tx:
            return await account_for_disclosures(tx, identities, episode_id)

    @router.post("/v1/episodes/{episode_id}/disclosures/{disclosure_id}/review", status_code=201)
    async def post_disclosure_review(
        episode_id: UUID, disclosure_id: UUID, body: ReviewDisclosure, caller: CurrentCaller, key: CurrentKey
    ) -> DisclosureReviewed:
        async with transactions(caller) as tx:
            return await once(
                tx, key, DisclosureReviewed, lambda: review_disclosure(tx, episode_id, disclosure_id, body)
            )

    return router
