"""Opens a bundle: its kind, its resources by type, and what they point to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.reference import Reference
from pydantic import JsonValue

from stepwell_intake.fhir.elements import Json, read
from stepwell_intake.fhir.problems import Problems, path_of

#: Kinds that hand over one set of resources. A batch is not one: each of its entries may fail for itself.
KINDS = frozenset({"collection", "message", "transaction"})
#: What a referral is read from; other resources are passed over, since nothing of Stepwell is made of them.
REFERRAL, PERSON, INSURANCE, FORM = "ServiceRequest", "Patient", "Coverage", "QuestionnaireResponse"
READ = frozenset({REFERRAL, PERSON, INSURANCE, FORM})
#: A referral has some hundred values. Reading costs about 10 microseconds for each.
MOST_VALUES = 10_000
MOST_LEVELS = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource in a bundle: its path there, and the ways in which others can point to it."""

    path: str
    type: str
    resource: Json
    names: frozenset[str]

    def is_meant_by(self, reference: Reference | None) -> bool:
        """Whether the reference points here, whichever version it asks for."""
        if reference is None or reference.reference is None:
            return False
        return reference.reference.split("/_history/")[0] in self.names


@dataclass(frozen=True, slots=True)
class Entries:
    """The resources of a bundle that are read, by type, and the paths of the others."""

    of_type: Mapping[str, tuple[Entry, ...]]
    passed_over: tuple[str, ...]

    def only(self, kind: str, problems: Problems) -> Entry | None:
        """The one resource of a type; further ones are noted as problems."""
        found = self.of_type[kind]
        for other in found[1:]:
            problems.add(other.path, f"is a second {kind}")
        return found[0] if found else None


def open_bundle(document: Json, problems: Problems) -> Entries | None:
    """The entries of a bundle; None, and a problem, for a document that is none or cannot be a referral by its size."""
    if not _is_bounded(document):
        problems.add("", f"is larger than {MOST_VALUES} values or deeper than {MOST_LEVELS} levels")
        return None
    if document.get("resourceType") != "Bundle":
        problems.add("resourceType", "is not Bundle")
        return None
    resources = list(_resources(document, problems))
    envelope = read(Bundle, _envelope(document), "", problems)
    if envelope is not None:
        if envelope.type not in KINDS:
            problems.add("type", f"is none of {', '.join(sorted(KINDS))}")
        if envelope.type == "transaction":
            _check_requests(envelope, problems)
    of_type = {kind: tuple(entry for entry in resources if entry.type == kind) for kind in READ}
    absent = [kind for kind in (PERSON, REFERRAL) if not of_type[kind]]
    if absent:
        problems.add("entry", f"has no {' and no '.join(absent)}")
    passed_over = tuple(entry.path for entry in resources if entry.type not in READ)
    return Entries(MappingProxyType(of_type), passed_over)


def _resources(document: Json, problems: Problems) -> Iterator[Entry]:
    entries = document.get("entry")
    if not isinstance(entries, list):
        return
    for index, entry in enumerate(entries):
        path = path_of("", ("entry", index, "resource"))
        if not isinstance(entry, dict):
            problems.add(path_of("", ("entry", index)), "has the wrong form")
            continue
        resource = entry.get("resource")
        if not isinstance(resource, dict):
            problems.missing(path)
            continue
        kind = resource.get("resourceType")
        if not isinstance(kind, str):
            problems.missing(f"{path}.resourceType")
            continue
        # Contained resources are read by nobody, and a reference into them points to nothing here.
        read_part = {name: value for name, value in resource.items() if name != "contained"}
        yield Entry(path, kind, read_part, frozenset(_names(kind, entry.get("fullUrl"), resource.get("id"))))


def _names(kind: str, full_url: JsonValue, resource_id: JsonValue) -> Iterator[str]:
    if isinstance(full_url, str):
        yield full_url
        if full_url.startswith(("http://", "https://")):
            yield "/".join(full_url.split("/")[-2:])
    if isinstance(resource_id, str):
        yield f"{kind}/{resource_id}"


def _envelope(document: Json) -> Json:
    """The bundle without its resources, which are read one by one."""
    entries = document.get("entry")
    if not isinstance(entries, list):
        return document
    bare: list[JsonValue] = [
        {name: value for name, value in entry.items() if name != "resource"} if isinstance(entry, dict) else entry
        for entry in entries
    ]
    return {**document, "entry": bare}


def _check_requests(bundle: Bundle, problems: Problems) -> None:
    """Nothing is here yet that a transaction could change or delete."""
    for index, entry in enumerate(bundle.entry or ()):
        if entry.request is None:
            problems.missing(path_of("", ("entry", index, "request")))
        elif entry.request.method != "POST":
            problems.add(path_of("", ("entry", index, "request", "method")), "is not POST")


def _is_bounded(document: Json) -> bool:
    level: list[JsonValue] = [dict(document)]
    values = 0
    for _ in range(MOST_LEVELS):
        values += len(level)
        if values > MOST_VALUES:
            return False
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return True
    return False


def _inside(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
