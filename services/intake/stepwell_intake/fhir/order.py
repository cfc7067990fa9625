"""The referral itself, from ServiceRequest, and who pays, from Coverage."""

from collections.abc import Sequence

from fhir.resources.R4B.coverage import Coverage
from fhir.resources.R4B.servicerequest import ServiceRequest

from stepwell_intake.fhir.codes import URGENCIES, payer_of, priority_of
from stepwell_intake.fhir.found import Found
from stepwell_intake.fhir.problems import Problems, path_of

MEMBER_NUMBER = "MB"
UNORDERED = 1_000


def read_order(request: ServiceRequest, path: str, found: Found, problems: Problems) -> None:
    """Urgency and priority class of a request that is in force."""
    if request.status != "active":
        problems.add(f"{path}.status", "is not active")
    if request.intent != "order":
        problems.add(f"{path}.intent", "is not order")
    if request.doNotPerform:
        problems.add(f"{path}.doNotPerform", "asks not to take the patient")
    urgency = URGENCIES.get(request.priority or "routine")
    if urgency is None:
        problems.add(f"{path}.priority", f"is none of {', '.join(URGENCIES)}")
    else:
        found.put("urgency", urgency, f"{path}.priority")
    reasons = request.reasonCode or []
    for index, reason in enumerate(reasons):
        if not reason.text and not any(coding.system and coding.code for coding in reason.coding or ()):
            problems.add(path_of(path, ("reasonCode", index)), "has neither a code with its system nor a text")
    found.put("priority", priority_of(reasons), f"{path}.reasonCode")


def read_coverage(coverages: Sequence[tuple[str, Coverage]], found: Found) -> None:
    """The insurer that comes first, of those in force; without one nothing is known about who pays."""
    in_force = [(path, coverage) for path, coverage in coverages if coverage.status == "active"]
    if not in_force:
        return
    path, first = min(in_force, key=lambda each: each[1].order or UNORDERED)
    found.put("payer", payer_of(first.type), f"{path}.type")
    member_id, element = _member_id(first)
    if member_id is not None:
        found.put("member_id", member_id, path_of(path, element))


def _member_id(coverage: Coverage) -> tuple[str | None, tuple[str | int, ...]]:
    if coverage.subscriberId:
        return coverage.subscriberId, ("subscriberId",)
    for index, identifier in enumerate(coverage.identifier or ()):
        kinds = (identifier.type.coding or ()) if identifier.type else ()
        if identifier.value and any(coding.code == MEMBER_NUMBER for coding in kinds):
            return identifier.value, ("identifier", index, "value")
    return None, ()
