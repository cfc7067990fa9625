"""A bundle as a referral: the command, the screens that came along, and where each field was found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from fhir.resources.R4B.coverage import Coverage
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from fhir.resources.R4B.reference import Reference
from fhir.resources.R4B.servicerequest import ServiceRequest
from pydantic import ValidationError

from stepwell_contracts.http.intake import ReceiveReferral
from stepwell_contracts.http.intake_clinical import RecordScreen
from stepwell_intake.domain.screens import Sex
from stepwell_intake.fhir.elements import Json, read
from stepwell_intake.fhir.entries import FORM, INSURANCE, PERSON, REFERRAL, Entries, Entry, open_bundle
from stepwell_intake.fhir.forms import panel_of, read_form
from stepwell_intake.fhir.found import Found
from stepwell_intake.fhir.instruments import Panel
from stepwell_intake.fhir.order import read_coverage, read_order
from stepwell_intake.fhir.person import read_person
from stepwell_intake.fhir.problems import Problems
from stepwell_kernel.codes import Instrument, ReferralSource


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a bundle was sent to, and by whom: its own words about that are the sender's."""

    facility_id: UUID
    program_id: UUID
    source: ReferralSource


@dataclass(frozen=True, slots=True)
class BundledReferral:
    """What a bundle says.

    `paths` tells for fields of the command (`patient.born_on`) where in the bundle they stand; `passed_over` are the
    paths of resources that nobody read.
    """

    command: ReceiveReferral
    screens: tuple[RecordScreen, ...]
    paths: Mapping[str, str]
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A bundle while it is read; `person` is its Patient, whom the other resources must be about."""

    entries: Entries
    person: Entry | None
    problems: Problems

    def check_subject(self, path: str, reference: Reference | None) -> None:
        """Note a resource that is about somebody else."""
        if self.person is not None and not self.person.is_meant_by(reference):
            self.problems.add(path, "is not the Patient of this bundle")


@dataclass(frozen=True, slots=True)
class FilledIn:
    """An instrument with its points by item."""

    panel: Panel
    points: dict[str, int]


def read_bundle(document: Json, to: Destination, zone: str) -> BundledReferral:
    """The referral that a bundle holds; `zone` is that of a patient whose zone it does not tell.

    Raises Invalid (`bundle_invalid`) with everything that is wrong, by its path in the bundle.
    """
    problems = Problems()
    entries = open_bundle(document, problems)
    if entries is None:
        raise problems.error()
    reading = Reading(entries, entries.only(PERSON, problems), problems)
    who, what = Found(), Found()
    patient = _read_patient(reading, who)
    _read_request(reading, what)
    read_coverage(list(_coverages(reading)), what)
    forms = dict(_forms(reading))
    sex = _sex(patient, reading, forms.values())
    paths = {**what.paths, **{f"patient.{name}": path for name, path in who.paths.items()}}
    who.values.setdefault("zone", zone)
    command = _command(to, who, what, paths, problems)
    if problems or command is None:
        raise problems.error()
    unread = tuple(entry.path for entry in entries.of_type[FORM] if entry.path not in forms)
    return BundledReferral(
        command=command,
        screens=tuple(_screen(form, sex, command.patient.language) for form in forms.values()),
        paths=MappingProxyType(paths),
        passed_over=(*entries.passed_over, *unread),
    )


def _read_patient(reading: Reading, who: Found) -> Patient | None:
    entry = reading.person
    patient = read(Patient, entry.resource, entry.path, reading.problems) if entry else None
    if entry is not None and patient is not None:
        read_person(patient, entry.path, who, reading.problems)
    return patient


def _read_request(reading: Reading, what: Found) -> None:
    entry = reading.entries.only(REFERRAL, reading.problems)
    request = read(ServiceRequest, entry.resource, entry.path, reading.problems) if entry else None
    if entry is not None and request is not None:
        reading.check_subject(f"{entry.path}.subject", request.subject)
        read_order(request, entry.path, what, reading.problems)


def _coverages(reading: Reading) -> Iterator[tuple[str, Coverage]]:
    for entry in reading.entries.of_type[INSURANCE]:
        coverage = read(Coverage, entry.resource, entry.path, reading.problems)
        if coverage is not None:
            reading.check_subject(f"{entry.path}.beneficiary", coverage.beneficiary)
            yield entry.path, coverage


def _forms(reading: Reading) -> Iterator[tuple[str, FilledIn]]:
    """The instruments that were filled in, by the path of each; other questionnaires are passed over."""
    seen: set[Instrument] = set()
    for entry in reading.entries.of_type[FORM]:
        response = read(QuestionnaireResponse, entry.resource, entry.path, reading.problems)
        panel = panel_of(response) if response else None
        if response is None or panel is None:
            continue
        if response.subject is not None:
            reading.check_subject(f"{entry.path}.subject", response.subject)
        if panel.instrument in seen:
            reading.problems.add(entry.path, f"is a second {panel.instrument}")
        seen.add(panel.instrument)
        yield entry.path, FilledIn(panel, read_form(response, panel, entry.path, reading.problems))


def _sex(patient: Patient | None, reading: Reading, forms: Iterable[FilledIn]) -> Sex | None:
    """Administrative gender, where the cut-off of an instrument goes by it."""
    if patient is None or reading.person is None or not any(form.panel.needs_sex for form in forms):
        return None
    path = f"{reading.person.path}.gender"
    if patient.gender is None:
        reading.problems.missing(path)
        return None
    if patient.gender not in set(Sex):
        reading.problems.add(path, f"is none of {', '.join(Sex)}")
        return None
    return Sex(patient.gender)


def _command(
    to: Destination, who: Found, what: Found, paths: Mapping[str, str], problems: Problems
) -> ReceiveReferral | None:
    where = {"facility_id": to.facility_id, "program_id": to.program_id, "source": to.source}
    values = {**where, **what.values, "patient": who.values}
    try:
        return ReceiveReferral.model_validate(values)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            path = paths.get(".".join(str(part) for part in one["loc"]))
            # What has no path was not found, and has been noted as missing.
            if path is not None:
                problems.add(path, one["msg"])
        return None


def _screen(form: FilledIn, sex: Sex | None, language: str) -> RecordScreen:
    return RecordScreen.model_validate(
        {
            "instrument": form.panel.instrument,
            "answers": form.points,
            "sex": sex if form.panel.needs_sex else None,
            "language": language,
            "setting": "remote",
        }
    )
