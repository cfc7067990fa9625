"""The patient takes a consent back."""

from uuid import UUID

from stepwell_contracts.events.intake_clinical import ConsentRevoked
from stepwell_contracts.http.intake_legal import ConsentRevocation, RevokeConsent
from stepwell_intake.domain.access import REVOKE_CONSENT, staff_of
from stepwell_intake.domain.consent import check_revocable
from stepwell_intake.store.consents import find_consent, store_revocation
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.reference import find_facility
from stepwell_intake.usecases.expire_consent import EXPIRE_CONSENT_DUTY
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.duties import cancel_duty
from stepwell_postgres.transaction import Transaction


async def revoke_consent(
    tx: Transaction, episode_id: UUID, consent_id: UUID, command: RevokeConsent
) -> ConsentRevocation:
    """Nothing is disclosed under the consent from now on; revoking it again changes nothing.

    Possible in every phase: a consent of an episode that has ended can still lie with others. Raises NotFound
    (`episode_not_found`, `consent_not_found`), Conflict (`consent_irrevocable`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(REVOKE_CONSENT, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    noted_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    consent = await find_consent(tx, episode_id, consent_id)
    if consent.revoked_at is not None:
        return ConsentRevocation(consent_id=consent_id, revoked_at=consent.revoked_at)
    check_revocable(consent.irrevocable_until, (await find_facility(tx, episode.facility_id)).day_of(tx.now))
    await store_revocation(tx, consent_id, revoked_by=command.revoked_by, form=command.form, noted_by=noted_by)
    await cancel_duty(tx, EXPIRE_CONSENT_DUTY, str(consent_id))
    event = ConsentRevoked(episode_id=episode_id, consent_id=consent_id, purpose=consent.purpose)
    tx.emit(stream, event, episode_id=episode_id)
    return ConsentRevocation(consent_id=consent_id, revoked_at=tx.now)
