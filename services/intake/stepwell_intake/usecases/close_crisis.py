"""Close a crisis with its disposition."""

from uuid import UUID

from stepwell_contracts.events.intake_clinical import CrisisClosed
from stepwell_contracts.http.intake_clinical import CloseCrisis, CrisisDisposed
from stepwell_intake.domain.access import CLOSE_CRISIS, staff_of
from stepwell_intake.domain.crisis import check_disposition
from stepwell_intake.store.crises import find_crisis, store_disposition
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.identities import Identities
from stepwell_intake.store.reference import find_facility
from stepwell_intake.store.screen_rules import disposition_rule
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def close_crisis(
    tx: Transaction, identities: Identities, episode_id: UUID, crisis_id: UUID, command: CloseCrisis
) -> CrisisDisposed:
    """Store how the crisis ended, as a licensed clinician says.

    Raises NotFound (`episode_not_found`, `crisis_not_found`), Conflict (`crisis_closed`, `identity_erased`), Invalid
    (`note_missing`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(CLOSE_CRISIS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    closed_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    crisis = await find_crisis(tx, episode_id, crisis_id)
    today = (await find_facility(tx, episode.facility_id)).day_of(tx.now)
    check_disposition(crisis, command.disposition, command.note, await disposition_rule(tx, today))
    await store_disposition(
        tx,
        identities,
        crisis,
        episode.patient_id,
        disposition=command.disposition,
        note=command.note,
        closed_by=closed_by,
    )
    event = CrisisClosed(
        episode_id=episode_id, crisis_id=crisis_id, disposition=command.disposition, closed_by=closed_by
    )
    tx.emit(stream, event, episode_id=episode_id)
    return CrisisDisposed(crisis_id=crisis_id, disposition=command.disposition)
