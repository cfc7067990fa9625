"""Ask for a drug test that was not drawn."""

from uuid import UUID

from stepwell_contracts.events.medication_giving import DrugTestSelected
from stepwell_contracts.http.medication_tests import DrugTestOrdered, OrderDrugTest
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import DrugTestReason
from stepwell_medication.domain.access import ORDER_TEST
from stepwell_medication.domain.drug_tests import DrugTest
from stepwell_medication.store.drug_test_rules import call_in_rule
from stepwell_medication.store.drug_tests import find_test, insert_test
from stepwell_medication.store.reference import find_episode, find_facility
from stepwell_medication.usecases.note_uncollected import schedule_end_of_call_in
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def order_drug_test(tx: Transaction, episode_id: UUID, command: OrderDrugTest) -> DrugTestOrdered:
    """A test for today, to be given within the call-in window.

    Raises Unavailable (`episode_not_known_yet`, `facility_not_known_yet`), NotFound (`drug_test_not_found`), Invalid
    (`confirmation_of_nothing`), Conflict (`nothing_to_confirm`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(ORDER_TEST, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    stream = await lock_patient(tx, episode.patient_id)
    await _check_confirmation(tx, episode_id, command)
    facility = await find_facility(tx, episode.facility_id)
    day = facility.day_of(tx.now)
    rule = await call_in_rule(tx, facility.jurisdiction, day)
    test = DrugTest(
        test_id=new_id(),
        facility_id=episode.facility_id,
        episode_id=episode_id,
        patient_id=episode.patient_id,
        reason=command.reason,
        day=day,
        call_in_by=tx.now + rule.window,
        confirms=command.confirms,
    )
    await insert_test(tx, test)
    await schedule_end_of_call_in(tx, test)
    event = DrugTestSelected(
        test_id=test.test_id,
        episode_id=episode_id,
        reason=test.reason,
        day=day,
        rule_version=rule.rule,
    )
    tx.emit(stream, event, episode_id=episode_id)
    return DrugTestOrdered(test_id=test.test_id, day=day, call_in_by=test.call_in_by)


async def _check_confirmation(tx: Transaction, episode_id: UUID, command: OrderDrugTest) -> None:
    if (command.reason is DrugTestReason.CONFIRMATION) != (command.confirms is not None):
        problem = FieldProblem("confirms", "names the test that a confirmation confirms, and nothing else")
        raise Invalid("confirmation_of_nothing", "a confirmation names its test", fields=(problem,))
    if command.confirms is not None:
        confirmed = await find_test(tx, command.confirms)
        if confirmed.episode_id != episode_id or confirmed.result is None:
            raise Conflict("nothing_to_confirm", "the test has no result here", rule="drug_test.confirmation")
