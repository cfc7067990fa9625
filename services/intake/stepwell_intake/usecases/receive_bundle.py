"""Receive a referral as a network sends it: the referral, and the instruments that came along."""

from stepwell_contracts.http.intake import EpisodeOpened
from stepwell_contracts.http.intake_referrals import BundleReceived, FhirBundle
from stepwell_intake.domain.access import RECEIVE_REFERRAL
from stepwell_intake.fhir.referral import BundledReferral, Destination, read_bundle
from stepwell_intake.store.identities import Identities
from stepwell_intake.store.reference import find_facility
from stepwell_intake.usecases.receive_referral import receive_referral
from stepwell_intake.usecases.record_screen import record_screen
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_postgres.transaction import Transaction


async def receive_bundle(
    tx: Transaction, identities: Identities, bundle: FhirBundle, to: Destination
) -> BundleReceived:
    """Register the patient, open an episode, and score what was filled in elsewhere.

    Raises Invalid (`bundle_invalid`) and what receiving a referral and recording a screen raise; fields are named by
    their path in the bundle. Whoever may receive it is a member of staff when an instrument came along.
    """
    tx.authorize(RECEIVE_REFERRAL, Resource(tx.tenant, "facility", to.facility_id, to.facility_id))
    facility = await find_facility(tx, to.facility_id)
    referral = read_bundle(bundle.root, to, facility.zone)
    opened = await _received(tx, identities, referral)
    screens = [await record_screen(tx, opened.episode_id, screen) for screen in referral.screens]
    return BundleReceived(
        episode_id=opened.episode_id,
        patient_id=opened.patient_id,
        phase=opened.phase,
        screen_ids=tuple(screen.screen_id for screen in screens),
        passed_over=referral.passed_over,
    )


async def _received(tx: Transaction, identities: Identities, referral: BundledReferral) -> EpisodeOpened:
    try:
        return await receive_referral(tx, identities, referral.command)
    except Invalid as error:
        fields = (
            FieldProblem(referral.paths.get(field.path, field.path), field.problem, field.rule)
            for field in error.fields
        )
        raise Invalid(error.code, error.detail, fields=tuple(fields), rule=error.rule) from error
