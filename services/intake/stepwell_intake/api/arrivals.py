"""Other ways in than a referral at the desk: a bundle from a network, and coming back."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.intake import EpisodeOpened
from stepwell_contracts.http.intake_referrals import BundleReceived, FhirBundle, Readmit
from stepwell_intake.fhir.referral import Destination
from stepwell_intake.store.identities import Identities
from stepwell_intake.usecases.readmit import readmit
from stepwell_intake.usecases.receive_bundle import receive_bundle
from stepwell_kernel.codes import ReferralSource
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def arrivals_router(transactions: Transactions, identities: Identities) -> APIRouter:
    """The routes of arrivals.

    Each program has an address of its own for bundles, which a network keeps in its directory of endpoints: facility
    and program are part of the address, since a network knows no ids of ours to put into a request.
    """
    router = APIRouter(tags=["referrals"])

    @router.post("/v1/referrals/fhir", status_code=201)
    async def post_bundle(
        facility: UUID,
        program: UUID,
        body: FhirBundle,
        caller: CurrentCaller,
        key: CurrentKey,
        source: ReferralSource = ReferralSource.PROVIDER,
    ) -> BundleReceived:
        to = Destination(facility, program, source)
        async with transactions(caller) as tx:
            return await once(tx, key, BundleReceived, lambda: receive_bundle(tx, identities, body, to))

    @router.post("/v1/episodes/{episode_id}/readmission", status_code=201)
    async def post_readmission(
        episode_id: UUID, body: Readmit, caller: CurrentCaller, key: CurrentKey
    ) -> EpisodeOpened:
        async with transactions(caller) as tx:
            return await once(tx, key, EpisodeOpened, lambda: readmit(tx, identities, episode_id, body))

    return router
