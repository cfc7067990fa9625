"""A specimen was taken."""

from uuid import UUID

from stepwell_contracts.events.medication_giving import DrugTestCollected
from stepwell_contracts.http.medication_tests import CollectSpecimen, SpecimenCollected
from stepwell_kernel.access import Resource
from stepwell_medication.domain.access import COLLECT_SPECIMEN, staff_of
from stepwell_medication.domain.drug_tests import check_waits
from stepwell_medication.store.drug_tests import collected, find_test
from stepwell_medication.store.reference import find_facility
from stepwell_medication.usecases.note_uncollected import cancel_end_of_call_in
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def collect_specimen(tx: Transaction, test_id: UUID, command: CollectSpecimen) -> SpecimenCollected:
    """Note the specimen with its temperature.

    Raises NotFound (`drug_test_not_found`), Conflict (`test_not_waiting`).
    """
    test = await find_test(tx, test_id)
    tx.authorize(COLLECT_SPECIMEN, Resource(tx.tenant, "drug_test", test_id, test.facility_id))
    collected_by = staff_of(tx.caller)
    stream = await lock_patient(tx, test.patient_id)
    check_waits(await find_test(tx, test_id))
    await collected(tx, test_id, collected_by, command.temperature_f, observed=command.observed)
    await cancel_end_of_call_in(tx, test_id)
    day = (await find_facility(tx, test.facility_id)).day_of(tx.now)
    event = DrugTestCollected(test_id=test_id, episode_id=test.episode_id, day=day)
    tx.emit(stream, event, episode_id=test.episode_id)
    return SpecimenCollected(test_id=test_id, collected_at=tx.now)
