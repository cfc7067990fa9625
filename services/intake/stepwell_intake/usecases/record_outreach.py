"""Record an attempt to reach a patient who stayed away."""

from uuid import UUID

from stepwell_contracts.events.intake_clinical import OutreachRecorded
from stepwell_contracts.http.intake_legal import OutreachNoted, RecordOutreach
from stepwell_intake.domain.access import RECORD_OUTREACH, staff_of
from stepwell_intake.domain.episodes import OPEN, check_phase
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.outreach import insert_outreach
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def record_outreach(tx: Transaction, episode_id: UUID, command: RecordOutreach) -> OutreachNoted:
    """Store the attempt, whether it reached the patient or not.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(RECORD_OUTREACH, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    recorded_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, OPEN, "outreach")
    outreach_id = new_id()
    await insert_outreach(
        tx,
        outreach_id=outreach_id,
        episode_id=episode_id,
        channel=command.channel,
        reached=command.reached,
        recorded_by=recorded_by,
    )
    event = OutreachRecorded(
        episode_id=episode_id,
        outreach_id=outreach_id,
        channel=command.channel,
        reached=command.reached,
        recorded_by=recorded_by,
    )
    tx.emit(stream, event, episode_id=episode_id)
    return OutreachNoted(outreach_id=outreach_id)
