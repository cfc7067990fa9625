"""A bundle as a network sends it, and changes to it by path."""

import copy
import re
from typing import Any

PATIENT, REQUEST, COVERAGE, FORM = range(4)

_PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [
        {"use": "maiden", "family": "Former", "given": ["Robin"]},
        {"use": "official", "family": "Marked", "given": ["Robin", "Lee"]},
    ],
    "birthDate": "1990-05-17",
    "gender": "female",
    "telecom": [
        {"system": "phone", "use": "home", "value": "(202) 555-0188"},
        {"system": "phone", "use": "mobile", "value": "202-555-0199"},
        {"system": "email", "value": "robin@example.org"},
    ],
    "communication": [
        {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en-US"}]}},
        {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es"}]}, "preferred": True},
    ],
}
_REQUEST = {
    "resourceType": "ServiceRequest",
    "status": "active",
    "intent": "order",
    "priority": "urgent",
    "subject": {"reference": "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"},
    "reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F11.20"}]}],
}
_COVERAGE = {
    "resourceType": "Coverage",
    "status": "active",
    "type": {"coding": [{"system": "https://nahdo.org/sopt", "code": "2"}]},
    "subscriberId": "W-0042-marked",
    "beneficiary": {"reference": "Patient/p1"},
    "payor": [{"display": "State plan"}],
}
PHQ_9 = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
GAD_7 = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")
FREQUENCY = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")


def form(panel: str, items: tuple[str, ...], codes: tuple[str, ...]) -> dict[str, Any]:
    """An instrument, answered by LOINC codes."""
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": f"http://loinc.org/q/{panel}|2.78",
        "subject": {"reference": "Patient/p1"},
        "item": [
            {"linkId": f"/{item}", "answer": [{"valueCoding": {"system": "http://loinc.org", "code": code}}]}
            for item, code in zip(items, codes, strict=True)
        ],
    }


def phq_9(*points: int) -> dict[str, Any]:
    """A PHQ-9."""
    return form("44249-1", PHQ_9, tuple(FREQUENCY[number] for number in points))


def audit_c() -> dict[str, Any]:
    """An AUDIT-C of 1, 2 and 0 points."""
    return form("72109-2", ("68518-0", "68519-8", "68520-6"), ("LA18926-8", "LA18930-0", "LA6270-8"))


def bundle(*more: dict[str, Any], kind: str = "collection") -> dict[str, Any]:
    """A whole bundle: patient, request, coverage, a PHQ-9 of 6 points with one for item 9, and more."""
    resources = (_PATIENT, _REQUEST, _COVERAGE, phq_9(1, 1, 1, 0, 1, 1, 0, 0, 1), *more)
    entries = [{"fullUrl": f"urn:uuid:00000000-0000-4000-8000-{n:012}", "resource": r} for n, r in enumerate(resources)]
    entries[PATIENT]["fullUrl"] = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"
    return copy.deepcopy({"resourceType": "Bundle", "type": kind, "entry": entries})


def changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The document with other values at paths; Ellipsis takes a value away."""
    document = copy.deepcopy(document)
    for path, value in changes.items():
        *way, last = [int(part[1:-1]) if part[0] == "[" else part for part in re.findall(r"\[\d+\]|[^.\[]+", path)]
        place: Any = document
        for part in way:
            place = place[part]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return document
