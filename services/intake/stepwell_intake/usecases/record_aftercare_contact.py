"""Record a follow-up call."""

from uuid import UUID

from stepwell_contracts.events.intake import AftercareContactRecorded
from stepwell_contracts.http.intake import AftercareContact, RecordAftercareContact
from stepwell_intake.domain.access import RECORD_AFTERCARE_CONTACT, staff_of
from stepwell_intake.domain.episodes import IN_AFTERCARE, check_phase
from stepwell_intake.store.contacts import insert_aftercare_contact
from stepwell_intake.store.episodes import find_episode
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def record_aftercare_contact(
    tx: Transaction, episode_id: UUID, command: RecordAftercareContact
) -> AftercareContact:
    """Store whether the patient was reached.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(RECORD_AFTERCARE_CONTACT, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    recorded_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, IN_AFTERCARE, "aftercare_contact")
    contact_id = new_id()
    await insert_aftercare_contact(
        tx, contact_id=contact_id, episode_id=episode_id, reached=command.reached, recorded_by=recorded_by
    )
    event = AftercareContactRecorded(
        episode_id=episode_id, contact_id=contact_id, reached=command.reached, recorded_by=recorded_by
    )
    tx.emit(stream, event, episode_id=episode_id)
    return AftercareContact(contact_id=contact_id)
