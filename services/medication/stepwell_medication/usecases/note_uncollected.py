"""No specimen was collected: by a person's note, or because the call-in window has passed."""

from uuid import UUID

from stepwell_contracts.events.medication_giving import DrugTestNotCollected
from stepwell_contracts.http.medication_tests import NotCollectedNoted, NoteNotCollected
from stepwell_kernel.access import Resource
from stepwell_kernel.medication_codes import NotCollected
from stepwell_medication.domain.access import COLLECT_SPECIMEN, END_CALL_IN
from stepwell_medication.domain.drug_tests import DrugTest, check_waits
from stepwell_medication.store.drug_tests import find_test, not_collected
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.duties import Duty, cancel_duty, complete_duty, schedule_duty
from stepwell_postgres.transaction import Stream, Transaction

END_CALL_IN_DUTY = "end_call_in"


async def schedule_end_of_call_in(tx: Transaction, test: DrugTest) -> None:
    """Have the window end by itself."""
    await schedule_duty(tx, END_CALL_IN_DUTY, str(test.test_id), test.call_in_by, {})


async def cancel_end_of_call_in(tx: Transaction, test_id: UUID) -> None:
    """The window no longer matters."""
    await cancel_duty(tx, END_CALL_IN_DUTY, str(test_id))


async def note_not_collected(tx: Transaction, test_id: UUID, command: NoteNotCollected) -> NotCollectedNoted:
    """Note why there is no specimen; a refusal starts a conversation, nothing else.

    Raises NotFound (`drug_test_not_found`), Conflict (`test_not_waiting`).
    """
    test = await find_test(tx, test_id)
    tx.authorize(COLLECT_SPECIMEN, Resource(tx.tenant, "drug_test", test_id, test.facility_id))
    stream = await lock_patient(tx, test.patient_id)
    check_waits(await find_test(tx, test_id))
    await cancel_end_of_call_in(tx, test_id)
    await _note(tx, stream, test, command.reason)
    return NotCollectedNoted(test_id=test_id, reason=command.reason)


async def end_call_in(tx: Transaction, duty: Duty) -> None:
    """The window has passed without a specimen.

    Raises Conflict (`duty_no_longer_due`).
    """
    test = await find_test(tx, UUID(duty.key))
    tx.authorize(END_CALL_IN, Resource(tx.tenant, "drug_test", test.test_id, test.facility_id))
    stream = await lock_patient(tx, test.patient_id)
    await complete_duty(tx, duty)
    if (await find_test(tx, test.test_id)).state == "selected":
        await _note(tx, stream, test, NotCollected.DID_NOT_COME)


async def _note(tx: Transaction, stream: Stream, test: DrugTest, reason: NotCollected) -> None:
    await not_collected(tx, test.test_id, reason)
    event = DrugTestNotCollected(test_id=test.test_id, episode_id=test.episode_id, reason=reason)
    tx.emit(stream, event, episode_id=test.episode_id)
