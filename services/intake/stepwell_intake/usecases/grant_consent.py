"""Record a consent to disclosure."""

from uuid import UUID

from stepwell_contracts.events.intake import ConsentGranted
from stepwell_contracts.http.intake_legal import ConsentRecorded, GrantConsent
from stepwell_intake.domain.access import GRANT_CONSENT, staff_of
from stepwell_intake.domain.consent import ConsentForm, check_consent
from stepwell_intake.domain.episodes import OPEN, check_phase
from stepwell_intake.store.consents import insert_consent
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.identities import Identities
from stepwell_intake.store.reference import find_facility
from stepwell_intake.store.rules import consent_rule
from stepwell_intake.usecases.expire_consent import plan_expiry
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def grant_consent(
    tx: Transaction, identities: Identities, episode_id: UUID, command: GrantConsent
) -> ConsentRecorded:
    """Store the consent, when it has every element.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`), Invalid (`consent_incomplete`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(GRANT_CONSENT, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    recorded_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, OPEN, "consent")
    facility = await find_facility(tx, episode.facility_id)
    today = facility.day_of(tx.now)
    rule = await consent_rule(tx, today)
    form = _form(command)
    check_consent(form, rule, today, episode.age_band)
    consent_id = new_id()
    await insert_consent(
        tx,
        identities,
        form,
        consent_id=consent_id,
        episode_id=episode_id,
        patient_id=episode.patient_id,
        rule=rule.rule,
        recorded_by=recorded_by,
    )
    if form.expires_on is not None:
        await plan_expiry(tx, facility, episode, consent_id, form.expires_on)
    event = ConsentGranted(
        episode_id=episode_id, consent_id=consent_id, purpose=form.purpose, expires_on=form.expires_on
    )
    tx.emit(stream, event, episode_id=episode_id)
    return ConsentRecorded(consent_id=consent_id)


def _form(command: GrantConsent) -> ConsentForm:
    return ConsentForm(
        purpose=command.purpose,
        patient_named=True,
        discloser=command.discloser,
        information=command.information,
        scope=command.scope,
        recipients=command.recipients,
        intermediary=command.intermediary,
        revocation_explained=command.revocation_explained,
        redisclosure_explained=command.redisclosure_explained,
        refusal_consequences_explained=command.refusal_consequences_explained,
        expires_on=command.expires_on,
        irrevocable_until=command.irrevocable_until,
        signed_by=command.signed_by,
        signed_on=command.signed_on,
    )
