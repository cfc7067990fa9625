"""Record something that the gates ask for."""

from uuid import UUID

from stepwell_contracts.events.medication_orders import ClinicalChecked
from stepwell_contracts.http.medication_orders import (
    CheckRecorded,
    FoundCheck,
    FreeSinceCheck,
    MeasuredCheck,
    RecordCheck,
)
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_medication.domain.access import RECORD_CHECK, staff_of
from stepwell_medication.domain.checks import validate
from stepwell_medication.domain.facts import Check
from stepwell_medication.store.checks import Subject, insert_check
from stepwell_medication.store.reference import find_episode
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def record_check(tx: Transaction, episode_id: UUID, command: RecordCheck) -> CheckRecorded:
    """Store the check; the value stays here, only its kind is told.

    Raises Unavailable (`episode_not_known_yet`), Invalid (`check_value_impossible`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(RECORD_CHECK, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    recorded_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    check = _check(command)
    validate(command.check, check, tx.now)
    check_id = new_id()
    await insert_check(tx, check_id, Subject(episode_id, episode.patient_id), command.check, check, recorded_by)
    event = ClinicalChecked(check_id=check_id, episode_id=episode_id, check_code=command.check)
    tx.emit(stream, event, episode_id=episode_id)
    return CheckRecorded(check_id=check_id, check=command.check)


def _check(command: RecordCheck) -> Check:
    match command:
        case MeasuredCheck():
            return Check(command.taken_at, amount=command.amount)
        case FoundCheck():
            return Check(command.taken_at, result=command.result)
        case FreeSinceCheck():
            return Check(command.taken_at, since=command.since)
