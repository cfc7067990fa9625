"""Record that staff reached the referred person."""

from uuid import UUID

from stepwell_contracts.events.intake import FirstContactRecorded
from stepwell_contracts.http.intake import EpisodeOpened, RecordFirstContact
from stepwell_intake.domain.access import RECORD_FIRST_CONTACT, staff_of
from stepwell_intake.domain.episodes import BEFORE_CONTACT, check_phase
from stepwell_intake.store.episodes import find_episode, store_first_contact
from stepwell_intake.usecases.move import move
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Phase
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def record_first_contact(tx: Transaction, episode_id: UUID, command: RecordFirstContact) -> EpisodeOpened:
    """The wait of the referral is over: screening begins.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(RECORD_FIRST_CONTACT, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    contacted_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, BEFORE_CONTACT, "first_contact")
    await store_first_contact(tx, episode_id, contacted_by, command.spoke_with)
    event = FirstContactRecorded(episode_id=episode_id, contacted_by=contacted_by)
    tx.emit(stream, event, episode_id=episode_id)
    moved = await move(tx, stream, episode, Phase.SCREENING)
    return EpisodeOpened(episode_id=episode_id, patient_id=episode.patient_id, phase=moved.phase)
