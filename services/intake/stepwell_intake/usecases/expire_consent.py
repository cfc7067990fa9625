"""A consent ends on its day: the duty that tells it, and its use case."""

from datetime import date, datetime, time
from uuid import UUID

from stepwell_contracts.events.intake_clinical import ConsentExpired
from stepwell_intake.domain.access import EXPIRE_CONSENT
from stepwell_intake.domain.consent import is_in_force
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.store.consents import find_consent, store_expiry
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.reference import Facility, find_facility
from stepwell_kernel.access import Resource
from stepwell_kernel.local_time import resolve_forward
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.duties import Duty, complete_duty, schedule_duty
from stepwell_postgres.transaction import Transaction

EXPIRE_CONSENT_DUTY = "expire_consent"


async def plan_expiry(
    tx: Transaction, facility: Facility, episode: Episode, consent_id: UUID, expires_on: date
) -> None:
    """Have the end told when the day on which the consent expires begins at the facility."""
    due_at = resolve_forward(datetime.combine(expires_on, time.min), facility.zone)
    payload = {"consent_id": str(consent_id), "episode_id": str(episode.episode_id)}
    await schedule_duty(tx, EXPIRE_CONSENT_DUTY, str(consent_id), due_at, payload)


async def expire_consent(tx: Transaction, duty: Duty) -> None:
    """Tell the end of the consent, once.

    A facility in another zone, after a transfer, has its midnight later: then the duty waits for it. What denies a
    disclosure is the day itself, not this event. Raises NotFound (`episode_not_found`, `consent_not_found`).
    """
    episode_id, consent_id = UUID(duty.payload["episode_id"]), UUID(duty.payload["consent_id"])
    episode = await find_episode(tx, episode_id)
    tx.authorize(EXPIRE_CONSENT, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    consent = await find_consent(tx, episode_id, consent_id)
    if consent.revoked_at is not None or consent.expires_on is None:
        await complete_duty(tx, duty, code="already_ended")
        return
    facility = await find_facility(tx, episode.facility_id)
    if is_in_force(consent.expires_on, facility.day_of(tx.now)):
        await plan_expiry(tx, facility, episode, consent_id, consent.expires_on)
        return
    await store_expiry(tx, consent_id)
    await complete_duty(tx, duty)
    event = ConsentExpired(episode_id=episode_id, consent_id=consent_id, purpose=consent.purpose)
    tx.emit(stream, event, episode_id=episode_id)
