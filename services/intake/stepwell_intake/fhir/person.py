"""The referred person, from Patient."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from fhir.resources.R4B.codeableconcept import CodeableConcept
from fhir.resources.R4B.contactpoint import ContactPoint
from fhir.resources.R4B.humanname import HumanName
from fhir.resources.R4B.patient import Patient

from stepwell_intake.fhir.found import Found
from stepwell_intake.fhir.problems import Problems, path_of
from stepwell_kernel.errors import Invalid
from stepwell_kernel.local_time import zone

#: The extension `timezone`, by its present address and by that of R4.
ZONES = frozenset(
    {"http://hl7.org/fhir/StructureDefinition/timezone", "http://hl7.org/fhir/StructureDefinition/tz-code"}
)
LANGUAGES = "urn:ietf:bcp:47"
#: Which of several names is taken; former ones never.
NAME_USES: Final = ("official", "usual", None, "temp", "nickname", "anonymous")
FORMER = frozenset({"old", "maiden"})
UNRANKED = 1_000


def read_person(patient: Patient, path: str, found: Found, problems: Problems) -> None:
    """Name, birth date, addresses, language and zone of the patient."""
    _name(patient, path, found, problems)
    # FHIR allows a year or a month, which the library leaves as text; the age band needs the day.
    born_on: object = patient.birthDate
    if isinstance(born_on, date):
        found.put("born_on", born_on, f"{path}.birthDate")
    elif born_on is None:
        problems.missing(f"{path}.birthDate")
    else:
        problems.add(f"{path}.birthDate", "is not a whole date")
    _addresses(patient, path, found, problems)
    _language(patient, path, found, problems)
    _zone(patient, path, found, problems)
    if patient.deceasedBoolean or patient.deceasedDateTime is not None:
        element = "deceasedBoolean" if patient.deceasedBoolean else "deceasedDateTime"
        problems.add(f"{path}.{element}", "says that the patient has died")


def _name(patient: Patient, path: str, found: Found, problems: Problems) -> None:
    names = [(index, name) for index, name in enumerate(patient.name or ()) if name.use not in FORMER]
    if not names:
        problems.missing(f"{path}.name")
        return
    index, name = min(names, key=lambda each: _name_rank(each[1]))
    at = path_of(path, ("name", index))
    given = " ".join(part for part in name.given or () if part)
    for field, text, element in (("given_name", given, "given"), ("family_name", name.family, "family")):
        if text:
            found.put(field, text, f"{at}.{element}")
        else:
            problems.missing(f"{at}.{element}")


def _name_rank(name: HumanName) -> int:
    return NAME_USES.index(name.use) if name.use in NAME_USES else len(NAME_USES)


def _addresses(patient: Patient, path: str, found: Found, problems: Problems) -> None:
    telecom = [(index, point) for index, point in enumerate(patient.telecom or ()) if point.value]
    for index, point in _first(telecom, "email"):
        found.put("email", point.value, path_of(path, ("telecom", index, "value")))
    for index, point in _first(telecom, "phone", "sms"):
        at = path_of(path, ("telecom", index, "value"))
        number = international(point.value or "")
        if number is None:
            problems.add(at, "is no phone number of North America or with a country code")
        else:
            found.put("phone", number, at)


def _first(telecom: list[tuple[int, ContactPoint]], *systems: str) -> Iterator[tuple[int, ContactPoint]]:
    """The one that the patient prefers, mobile phones before others."""
    usable = [(index, point) for index, point in telecom if point.system in systems and point.use != "old"]
    if usable:
        yield min(usable, key=lambda each: (each[1].rank or UNRANKED, each[1].use != "mobile", each[0]))


def international(number: str) -> str | None:
    """The number in the form of E.164; one without a country code is taken for a number of North America."""
    digits = re.sub(r"[\s().\-/]|^tel:", "", number)
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", digits):
        return digits
    local = re.fullmatch(r"1?([2-9][0-9]{9})", digits)
    return f"+1{local[1]}" if local else None


def _language(patient: Patient, path: str, found: Found, problems: Problems) -> None:
    spoken = list(enumerate(patient.communication or ()))
    if not spoken:
        return
    index, preferred = min(spoken, key=lambda each: (not each[1].preferred, each[0]))
    code = _language_code(preferred.language)
    if code is None:
        return
    at = path_of(path, ("communication", index, "language"))
    primary = code.split("-")[0].lower()
    if re.fullmatch(r"[a-z]{2}", primary):
        found.put("language", primary, at)
    else:
        problems.add(at, "has no language of two letters (BCP 47)")


def _language_code(language: CodeableConcept) -> str | None:
    return next((coding.code for coding in language.coding or () if coding.system == LANGUAGES and coding.code), None)


def _zone(patient: Patient, path: str, found: Found, problems: Problems) -> None:
    for index, extension in enumerate(patient.extension or ()):
        if extension.url in ZONES and extension.valueCode:
            at = path_of(path, ("extension", index, "valueCode"))
            try:
                zone(extension.valueCode)
            except Invalid:
                problems.add(at, "is no time zone")
            else:
                found.put("zone", extension.valueCode, at)
