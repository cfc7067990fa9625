"""Drug tests: specimens that are collected or not, results, and the confirmation of a surprise."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from stepwell_contracts.http.medication_tests import CollectSpecimen, Finding, NoteNotCollected, RecordResult
from stepwell_kernel.codes import Role
from stepwell_kernel.medication_codes import Analyte, NotCollected
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import Answer, Office, Row
from stepwell_simulation.living.rows import patient_of

#: Assumptions.
IS_COLLECTED = 0.85
IS_POSITIVE = 0.2
IS_CONFIRMED = 0.9

#: As warm as it comes from the body.
SPECIMEN = CollectSpecimen(temperature_f=Decimal("96.5"))


async def collect(office: Office, found: Case | None, row: Row) -> datetime | None:
    """A specimen is taken and its result recorded, or the patient did not come; a surprise is confirmed."""
    case = patient_of(found, row)
    nurse = office.person(Role.NURSE).medication
    draws = case.profile.draws.of("drug-test", case.day_of_care(office.now()))
    if case.away or not draws.of("comes").chance(IS_COLLECTED):
        body = NoteNotCollected(
            reason=NotCollected.REFUSED if draws.of("why").chance(0.5) else NotCollected.DID_NOT_COME
        )
        await nurse.note_not_collected(row.subject_id, body, key=row.key("none"))
        return None
    await nurse.collect_specimen(row.subject_id, SPECIMEN, key=row.key())
    positive = draws.of("result").chance(IS_POSITIVE)
    prescriber = office.person(Role.PRESCRIBER).medication
    told = await prescriber.record_drug_test_result(
        row.subject_id, result_of("presumptive", positive=positive), key=row.key("screen")
    )
    if told.needs_confirmation:
        confirmed = result_of("definitive", positive=positive and draws.of("confirmed").chance(IS_CONFIRMED))
        await prescriber.record_drug_test_result(row.subject_id, confirmed, key=row.key("confirmed"))
    return None


def result_of(stage: str, *, positive: bool) -> RecordResult:
    """A presumptive or definitive result of a panel of one substance."""
    panel = (Finding(analyte=Analyte.COCAINE, positive=positive),)
    return RecordResult.model_validate({"stage": stage, "panel": panel})


DRUG_TESTS: Mapping[str, Answer] = MappingProxyType({"drug_test": collect})
