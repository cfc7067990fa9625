"""What the laboratory tells of a specimen."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from stepwell_contracts.events.medication_giving import DrugTestResulted
from stepwell_contracts.http.medication_tests import RecordResult, ResultRecorded
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_kernel.medication_codes import DrugTestResult
from stepwell_medication.domain.access import RECORD_TEST_RESULT, staff_of
from stepwell_medication.domain.drug_test_results import expectation, judge
from stepwell_medication.domain.drug_tests import CONFIRMED, DrugTest, check_may_result
from stepwell_medication.domain.specimens import SpecimenRule, doubt
from stepwell_medication.store.drug_test_rules import detection_windows, specimen_rules
from stepwell_medication.store.drug_tests import (
    find_test,
    ordered_analytes,
    prescribed_analytes,
    resulted,
    temperature_of,
)
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def record_drug_test_result(tx: Transaction, test_id: UUID, command: RecordResult) -> ResultRecorded:
    """Judge and store the result; it changes no dose and ends nothing.

    Raises NotFound (`drug_test_not_found`), Conflict (`no_specimen`, `test_has_result`), Invalid (`panel_repeats`,
    `use_in_the_future`).
    """
    test = await find_test(tx, test_id)
    tx.authorize(RECORD_TEST_RESULT, Resource(tx.tenant, "drug_test", test_id, test.facility_id))
    recorded_by = staff_of(tx.caller)
    stream = await lock_patient(tx, test.patient_id)
    test = await find_test(tx, test_id)
    is_definitive = command.stage == "definitive"
    check_may_result(test, is_definitive=is_definitive)
    panel = _panel(command)
    measures = await _measures(tx, test_id, command)
    rules = await specimen_rules(tx, test.day)
    result = doubt(rules, measures) or await _judged(tx, test, command, panel)
    version = _version(rules, result)
    await resulted(
        tx,
        test_id,
        result,
        is_definitive=is_definitive,
        panel=panel,
        measures=measures,
        rule_version=version,
        recorded_by=recorded_by,
    )
    event = DrugTestResulted(
        test_id=test_id,
        episode_id=test.episode_id,
        result=result,
        is_definitive=is_definitive,
        rule_version=version,
    )
    tx.emit(stream, event, episode_id=test.episode_id)
    needs_confirmation = result in CONFIRMED and not is_definitive
    return ResultRecorded(test_id=test_id, result=result, needs_confirmation=needs_confirmation, rule_version=version)


def _panel(command: RecordResult) -> dict[str, bool]:
    panel = {finding.analyte.value: finding.positive for finding in command.panel}
    if len(panel) < len(command.panel):
        problem = FieldProblem("panel", "names an analyte twice")
        raise Invalid("panel_repeats", "a panel names each analyte once", fields=(problem,))
    return panel


async def _measures(tx: Transaction, test_id: UUID, command: RecordResult) -> dict[str, Decimal]:
    measured = {
        "temperature_f": await temperature_of(tx, test_id),
        "creatinine": command.creatinine,
        "specific_gravity": command.specific_gravity,
        "ph": command.ph,
        "nitrite": command.nitrite,
    }
    return {name: value for name, value in measured.items() if value is not None}


async def _judged(tx: Transaction, test: DrugTest, command: RecordResult, panel: dict[str, bool]) -> DrugTestResult:
    collected_at = test.collected_at or tx.now
    late = [index for index, use in enumerate(command.reported_use) if use.last_used_at > collected_at]
    if late:
        problems = tuple(FieldProblem(f"reported_use.{index}.last_used_at", "is after the specimen") for index in late)
        raise Invalid("use_in_the_future", "a last use lies before the specimen", fields=problems)
    may_show = dict(await ordered_analytes(tx, test.patient_id, collected_at, test.day))
    windows = await detection_windows(tx, test.day)
    for use in command.reported_use:
        until = use.last_used_at + windows.get(use.analyte.value, timedelta())
        may_show[use.analyte.value] = max(until, may_show.get(use.analyte.value, until))
    prescribed = await prescribed_analytes(tx, test.patient_id, collected_at, test.day)
    return judge(panel, expectation(prescribed, may_show, collected_at))


def _version(rules: Sequence[SpecimenRule], result: DrugTestResult) -> str:
    """The rule that doubted the specimen, or all that found nothing to doubt."""
    doubting = {f"{rule.rule_id}@{rule.version}" for rule in rules if rule.verdict is result}
    return ",".join(sorted(doubting or {f"{rule.rule_id}@{rule.version}" for rule in rules}))
