"""Bundles of FHIR R4 as referrals: what is read from them, and every problem by its path."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.intake.tests.bundles import FREQUENCY, GAD_7, audit_c, bundle, changed, form, phq_9
from stepwell_contracts.http.intake import NewPatient, ReceiveReferral
from stepwell_contracts.http.intake_clinical import RecordScreen
from stepwell_intake.fhir.referral import BundledReferral, Destination, read_bundle
from stepwell_kernel.codes import Instrument, PayerKind, PriorityClass, ReferralSource, Urgency
from stepwell_kernel.errors import Invalid

TO = Destination(UUID(int=1), UUID(int=2), ReferralSource.PROVIDER)
PERSON, REQUEST, COVERAGE, FORM = (f"entry[{number}].resource" for number in range(4))
ICD_10, SNOMED = "http://hl7.org/fhir/sid/icd-10-cm", "http://snomed.info/sct"
SOPT, ACT = "https://nahdo.org/sopt", "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SELF_PAY = "http://terminology.hl7.org/CodeSystem/coverage-selfpay"
ZONE = "http://hl7.org/fhir/StructureDefinition/timezone"


def read(document: dict[str, Any]) -> BundledReferral:
    return read_bundle(document, TO, "America/New_York")


def reasons(*codes: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"coding": [{"system": system, "code": code}]} for system, code in codes]


def refused(document: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read(document)
    assert caught.value.code == "bundle_invalid"
    return {field.path: field.problem for field in caught.value.fields}


@pytest.mark.parametrize("kind", ["collection", "message"])
def test_a_bundle_is_a_referral_with_its_screens(kind: str) -> None:
    found = read(bundle(audit_c(), {"resourceType": "Organization"}, kind=kind))
    assert found.command == ReceiveReferral(
        facility_id=TO.facility_id,
        program_id=TO.program_id,
        source=ReferralSource.PROVIDER,
        urgency=Urgency.URGENT,
        priority=PriorityClass.GENERAL,
        payer=PayerKind.MEDICAID,
        member_id="W-0042-marked",
        patient=NewPatient(
            given_name="Robin Lee",
            family_name="Marked",
            born_on=date(1990, 5, 17),
            zone="America/New_York",
            language="es",
            email="robin@example.org",
            phone="+12025550199",
        ),
    )
    points = (1, 1, 1, 0, 1, 1, 0, 0, 1)
    assert found.screens == (
        RecordScreen(
            instrument=Instrument.PHQ_9,
            answers={f"item_{number}": given for number, given in enumerate(points, 1)},
            language="es",
            setting="remote",
        ),
        RecordScreen(
            instrument=Instrument.AUDIT_C,
            answers={"item_1": 1, "item_2": 2, "item_3": 0},
            sex="female",
            language="es",
            setting="remote",
        ),
    )
    assert found.passed_over == ("entry[5].resource",)
    assert found.paths["patient.born_on"] == f"{PERSON}.birthDate"


@pytest.mark.parametrize(
    ("priority", "urgency"),
    [
        ("routine", Urgency.ROUTINE),
        ("urgent", Urgency.URGENT),
        ("asap", Urgency.URGENT),
        ("stat", Urgency.EMERGENT),
        (..., Urgency.ROUTINE),
    ],
)
def test_how_soon(priority: Any, urgency: Urgency) -> None:
    """FHIR R4, request-priority: a request without one is of normal priority."""
    assert read(changed(bundle(), {f"{REQUEST}.priority": priority})).command.urgency is urgency


@pytest.mark.parametrize(
    ("codes", "priority"),
    [
        ([(ICD_10, "F11.20")], PriorityClass.GENERAL),
        ([(ICD_10, "O99.323")], PriorityClass.PREGNANT),
        ([(ICD_10, "o99320")], PriorityClass.PREGNANT),
        ([(ICD_10, "O99.324")], PriorityClass.GENERAL),
        ([(ICD_10, "Z33.1")], PriorityClass.PREGNANT),
        ([(ICD_10, "Z33.2")], PriorityClass.GENERAL),
        ([(ICD_10, "O09.512")], PriorityClass.PREGNANT),
        ([(SNOMED, "77386006")], PriorityClass.PREGNANT),
        ([(ICD_10, "77386006")], PriorityClass.GENERAL),
        ([(SNOMED, "226034001")], PriorityClass.INJECTING),
        ([(ICD_10, "F11.20"), (SNOMED, "228388006"), (ICD_10, "Z34.90")], PriorityClass.PREGNANT_INJECTING),
    ],
)
def test_who_comes_first(codes: list[tuple[str, str]], priority: PriorityClass) -> None:
    """45 CFR 96.126 and 96.131; ICD-10-CM: O99.324 is childbirth, Z33.2 an encounter to end a pregnancy."""
    assert read(changed(bundle(), {f"{REQUEST}.reasonCode": reasons(*codes)})).command.priority is priority


@pytest.mark.parametrize(
    ("system", "code", "payer"),
    [
        (SOPT, "1", PayerKind.MEDICARE),
        (SOPT, "12", PayerKind.MEDICARE),
        (SOPT, "2", PayerKind.MEDICAID),
        (SOPT, "29", PayerKind.MEDICAID),
        (SOPT, "3", PayerKind.OTHER),
        (SOPT, "512", PayerKind.COMMERCIAL),
        (SOPT, "61", PayerKind.COMMERCIAL),
        (SOPT, "82", PayerKind.OTHER),
        ("urn:oid:2.16.840.1.113883.3.221.5", "5", PayerKind.COMMERCIAL),
        (ACT, "PPO", PayerKind.COMMERCIAL),
        (ACT, "PUBLICPOL", PayerKind.OTHER),
        ("urn:of-the-sender", "2", PayerKind.OTHER),
    ],
)
def test_who_pays(system: str, code: str, payer: PayerKind) -> None:
    """Source of Payment Typology: 1 Medicare, 2 Medicaid, 3 other government, 5 and 6 private, 82 no charge."""
    document = changed(bundle(), {f"{COVERAGE}.type.coding": [{"system": system, "code": code}]})
    assert read(document).command.payer is payer


def test_who_pays_themselves_has_no_member_id() -> None:
    paid = {f"{COVERAGE}.type.coding": [{"system": SELF_PAY, "code": "pay"}], f"{COVERAGE}.subscriberId": ...}
    command = read(changed(bundle(), paid)).command
    assert (command.payer, command.member_id) == (PayerKind.SELF_PAY, None)


def test_the_first_coverage_in_force_holds() -> None:
    coverage = bundle()["entry"][2]["resource"]
    second = coverage | {"order": 2, "type": {"coding": [{"system": SOPT, "code": "5"}]}}
    first = coverage | {"order": 1, "subscriberId": "M-1", "type": {"coding": [{"system": SOPT, "code": "1"}]}}
    over = coverage | {"order": 1, "status": "cancelled"}
    command = read(changed(bundle(first, over), {COVERAGE: second})).command
    assert (command.payer, command.member_id) == (PayerKind.MEDICARE, "M-1")
    by_identifier = [{"type": {"coding": [{"code": "MB"}]}, "value": "M-2"}]
    document = changed(bundle(), {f"{COVERAGE}.subscriberId": ..., f"{COVERAGE}.identifier": by_identifier})
    assert read(document).command.member_id == "M-2"
    nobody = read(changed(bundle(), {f"{COVERAGE}.status": "draft"})).command
    assert (nobody.payer, nobody.member_id) == (None, None)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({f"{PERSON}.name[1]": {"text": "Robin"}, f"{PERSON}.name[0].use": "usual"}, "family_name", "Former"),
        ({f"{PERSON}.name[1].use": ...}, "family_name", "Marked"),
        ({f"{PERSON}.telecom[0].rank": 1}, "phone", "+12025550188"),
        ({f"{PERSON}.telecom[1].value": "+44 20 7946 0018"}, "phone", "+442079460018"),
        ({f"{PERSON}.telecom[1].value": "tel:1-202-555-0123"}, "phone", "+12025550123"),
        ({f"{PERSON}.telecom[2].use": "old"}, "email", None),
        ({f"{PERSON}.communication": ...}, "language", "en"),
        ({f"{PERSON}.communication[1].preferred": False}, "language", "en"),
        ({f"{PERSON}.communication[1].language": {"text": "Spanish"}}, "language", "en"),
        ({f"{PERSON}.extension": [{"url": ZONE, "valueCode": "America/Chicago"}]}, "zone", "America/Chicago"),
        ({f"{PERSON}.contained": [{"resourceType": "Nonsense"}]}, "family_name", "Marked"),
    ],
)
def test_which_of_several_is_taken(change: dict[str, Any], field: str, value: str | None) -> None:
    assert getattr(read(changed(bundle(), change)).command.patient, field) == value


@pytest.mark.parametrize(
    ("answer", "points"),
    [({"valueInteger": 0}, 0), ({"valueInteger": 3}, 3), ({"valueDecimal": 2.0}, 2)],
)
def test_an_answer_may_be_a_number(answer: dict[str, Any], points: int) -> None:
    document = changed(bundle(), {f"{FORM}.item[0].answer[0]": answer})
    assert read(document).screens[0].answers["item_1"] == points


def test_items_may_stand_in_groups_and_other_questionnaires_are_passed_over() -> None:
    items = form("69737-5", GAD_7, FREQUENCY[:1] * 7)
    items["item"] = [
        {"linkId": "group", "item": items["item"]},
        {"linkId": "/70274-6", "answer": [{"valueDecimal": 9}]},
    ]
    function = {"linkId": "/69722-7", "answer": [{"valueCoding": {"code": "LA6575-0"}}]}
    phq = phq_9(0, 0, 0, 0, 0, 0, 0, 0, 0)
    phq["item"].append(function)
    found = read(changed(bundle(items), {FORM: phq}))
    assert found.screens[0].answers["function"] == 2
    assert found.screens[1].answers == {f"item_{number}": 0 for number in range(1, 8)}
    other = read(changed(bundle(), {f"{FORM}.questionnaire": "http://example.org/Questionnaire/housing"}))
    assert (other.screens, other.passed_over) == ((), (FORM,))


NOT_A_NUMBER = "is no phone number of North America or with a country code"
NOT_AN_ANSWER = "is no answer code of LOINC and no points from 0 to 3"
NOT_THE_PATIENT = "is not the Patient of this bundle"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({f"{PERSON}.birthDate": ...}, {f"{PERSON}.birthDate": "is missing"}),
        ({f"{PERSON}.birthDate": "1990-05"}, {f"{PERSON}.birthDate": "is not a whole date"}),
        ({f"{PERSON}.birthDate": "1990-02-30"}, {f"{PERSON}.birthDate": "has the wrong form"}),
        ({f"{PERSON}.nickname": "x"}, {f"{PERSON}.nickname": "is no element here"}),
        ({f"{PERSON}.name": 7}, {f"{PERSON}.name": "has the wrong form"}),
        ({f"{PERSON}.name[1]": 7}, {f"{PERSON}.name[1]": "has the wrong form"}),
        ({f"{PERSON}.name[1].family": ...}, {f"{PERSON}.name[1].family": "is missing"}),
        ({f"{PERSON}.name[1].given": [None]}, {f"{PERSON}.name[1].given": "is missing"}),
        ({f"{PERSON}.name[1].use": "old"}, {f"{PERSON}.name": "is missing"}),
        (
            {f"{PERSON}.name[1].family": "x" * 121},
            {f"{PERSON}.name[1].family": "String should have at most 120 characters"},
        ),
        ({f"{PERSON}.telecom[1].value": "555-0199"}, {f"{PERSON}.telecom[1].value": NOT_A_NUMBER}),
        (
            {f"{PERSON}.communication[1].language.coding[0].code": "spa"},
            {f"{PERSON}.communication[1].language": "has no language of two letters (BCP 47)"},
        ),
        ({f"{PERSON}.communication[1].language": 7}, {f"{PERSON}.communication[1].language": "has the wrong form"}),
        ({f"{PERSON}.deceasedBoolean": True}, {f"{PERSON}.deceasedBoolean": "says that the patient has died"}),
        ({f"{PERSON}.deceasedDateTime": "2026"}, {f"{PERSON}.deceasedDateTime": "says that the patient has died"}),
        (
            {f"{PERSON}.extension": [{"url": ZONE, "valueCode": "Mars/Olympus"}]},
            {f"{PERSON}.extension[0].valueCode": "is no time zone"},
        ),
        ({f"{REQUEST}.status": "revoked"}, {f"{REQUEST}.status": "is not active"}),
        ({f"{REQUEST}.status": ...}, {f"{REQUEST}.status": "is missing"}),
        ({f"{REQUEST}.intent": "plan"}, {f"{REQUEST}.intent": "is not order"}),
        ({f"{REQUEST}.priority": "soon"}, {f"{REQUEST}.priority": "is none of routine, urgent, asap, stat"}),
        ({f"{REQUEST}.doNotPerform": True}, {f"{REQUEST}.doNotPerform": "asks not to take the patient"}),
        ({f"{REQUEST}.subject": ...}, {f"{REQUEST}.subject": "is missing"}),
        ({f"{REQUEST}.subject.reference": "Patient/p2"}, {f"{REQUEST}.subject": NOT_THE_PATIENT}),
        ({f"{REQUEST}.subject": {"display": "x"}}, {f"{REQUEST}.subject": NOT_THE_PATIENT}),
        (
            {f"{REQUEST}.reasonCode[0]": {"coding": [{"code": "F11.20"}]}},
            {f"{REQUEST}.reasonCode[0]": "has neither a code with its system nor a text"},
        ),
        ({f"{COVERAGE}.beneficiary.reference": "Patient/p2"}, {f"{COVERAGE}.beneficiary": NOT_THE_PATIENT}),
        ({f"{COVERAGE}.payor": ...}, {f"{COVERAGE}.payor": "is missing"}),
        ({f"{COVERAGE}.class": 7}, {f"{COVERAGE}.class": "has the wrong form"}),
        ({f"{FORM}.status": "in-progress"}, {f"{FORM}.status": "is none of amended, completed"}),
        ({f"{FORM}.item[0].answer[0].valueCoding.code": "LA1-1"}, {f"{FORM}.item[0].answer[0]": NOT_AN_ANSWER}),
        ({f"{FORM}.item[0].answer[0]": {"valueInteger": 4}}, {f"{FORM}.item[0].answer[0]": NOT_AN_ANSWER}),
        ({f"{FORM}.item[0].answer[0]": {"valueDecimal": 1.5}}, {f"{FORM}.item[0].answer[0]": NOT_AN_ANSWER}),
        (
            {f"{FORM}.item[0].answer[0]": {"valueDecimal": float("nan")}},
            {f"{FORM}.item[0].answer[0].valueDecimal": "has the wrong form"},
        ),
        ({f"{FORM}.item[0].answer": ...}, {f"{FORM}.item[0].answer": "is not one answer"}),
        ({f"{FORM}.item[0].linkId": "/44255-8"}, {
            f"{FORM}.item[1]": "answers an item for a second time",
            f"{FORM}.item": "lacks 44250-9",
        }),
        ({f"{FORM}.subject.reference": "Patient/p2"}, {f"{FORM}.subject": NOT_THE_PATIENT}),
        ({"type": "batch"}, {"type": "is none of collection, message, transaction"}),
        ({"type": ...}, {"type": "is missing"}),
        ({"resourceType": "Patient"}, {"resourceType": "is not Bundle"}),
        ({"resourceType": ...}, {"resourceType": "is not Bundle"}),
        ({"entry": []}, {"entry": "has no Patient and no ServiceRequest"}),
        ({"entry[1]": 7}, {"entry[1]": "has the wrong form", "entry": "has no ServiceRequest"}),
        ({"entry[1].resource": ...}, {"entry[1].resource": "is missing", "entry": "has no ServiceRequest"}),
        ({"entry[2].fullUrl": 7}, {"entry[2].fullUrl": "has the wrong form"}),
        ({COVERAGE: {"id": "x"}}, {f"{COVERAGE}.resourceType": "is missing"}),
        ({"entry": [{}] * 10_000}, {"": "is larger than 10000 values or deeper than 32 levels"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_path(changes: dict[str, Any], problems: dict[str, str]) -> None:
    assert refused(changed(bundle(), changes)) == problems


def test_everything_that_is_wrong_is_named_together() -> None:
    """What the library finds and what we find, in one resource and across them."""
    changes = {
        "type": "batch",
        f"{PERSON}.birthDate": "17.5.1990",
        f"{PERSON}.name[1].given": ...,
        f"{PERSON}.telecom[2].value": "nobody",
        f"{REQUEST}.priority": 3,
        f"{REQUEST}.intent": "plan",
        f"{COVERAGE}.beneficiary": ...,
        f"{FORM}.item[8].answer[0].valueCoding.code": "LA1-1",
    }
    assert set(refused(changed(bundle(), changes))) == {
        "type",
        f"{PERSON}.birthDate",
        f"{PERSON}.name[1].given",
        f"{PERSON}.telecom[2].value",
        f"{REQUEST}.priority",
        f"{REQUEST}.intent",
        f"{COVERAGE}.beneficiary",
        f"{FORM}.item[8].answer[0]",
    }


def test_a_problem_never_quotes_a_value() -> None:
    marked = {f"{PERSON}.birthDate": "Marked", f"{PERSON}.telecom[2].value": "Marked", f"{REQUEST}.priority": "Marked"}
    assert "Marked" not in json.dumps(refused(changed(bundle(), marked)))


@pytest.mark.parametrize(("second", "name"), [("Patient", "Patient"), ("ServiceRequest", "ServiceRequest")])
def test_there_is_one_patient_and_one_request(second: str, name: str) -> None:
    other = next(e["resource"] for e in bundle()["entry"] if e["resource"]["resourceType"] == second)
    assert refused(bundle(other | {"id": "p2"})) == {"entry[4].resource": f"is a second {name}"}


def test_an_instrument_comes_once_and_audit_c_asks_for_sex() -> None:
    assert refused(bundle(phq_9(*[0] * 9))) == {"entry[4].resource": "is a second phq_9"}
    without = {f"{PERSON}.gender": ...}
    assert refused(changed(bundle(audit_c()), without)) == {f"{PERSON}.gender": "is missing"}
    assert read(changed(bundle(), without)).screens[0].sex is None
    wrong = refused(changed(bundle(audit_c()), {f"{PERSON}.gender": "f"}))
    assert wrong == {f"{PERSON}.gender": "is none of male, female, other, unknown"}


def test_a_transaction_only_creates() -> None:
    document = bundle(kind="transaction")
    for entry in document["entry"]:
        entry["request"] = {"method": "POST", "url": entry["resource"]["resourceType"]}
    assert read(document).command.urgency is Urgency.URGENT
    mixed = changed(document, {"entry[1].request.method": "PUT", "entry[2].request": ...})
    assert refused(mixed) == {"entry[1].request.method": "is not POST", "entry[2].request": "is missing"}


def _nested(levels: int) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for _ in range(levels):
        document = {"extension": [document]}
    return document


@pytest.mark.parametrize("document", [_nested(5_000), {"a": [0] * 10_000}])
def test_a_document_beyond_all_measure_is_not_read(document: dict[str, Any]) -> None:
    assert list(refused(document)) == [""]


def test_of_very_many_problems_a_hundred_are_named() -> None:
    entries: Iterable[Any] = (7 for _ in range(500))
    assert len(refused({"resourceType": "Bundle", "type": "collection", "entry": list(entries)})) == 100
