"""A file of referrals: JSON lines, each a referral or a bundle of FHIR R4, or one bundle over many lines."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from pydantic import JsonValue, ValidationError

from stepwell_contracts.http.intake import ReceiveReferral
from stepwell_contracts.http.intake_referrals import FhirBundle
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_operations.cli.files import reading


@dataclass(frozen=True, slots=True)
class Destination:
    """The facility and program that the referrals of a file go to."""

    facility_id: UUID
    program_id: UUID


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in a line, counted from 1, before it is read."""

    number: int
    text: bytes


def lines_of(path: Path) -> Iterator[Line]:
    """The lines that hold something; a file that is one document as a whole is its first line.

    Raises FileFailed (`file_unreadable`).
    """
    with reading(path), path.open("rb") as file:
        first = next((line for line in file if line.strip()), b"")
        if not _is_json(first):
            file.seek(0)
            whole = file.read()
            if _is_json(whole):
                yield Line(1, whole)
                return
        file.seek(0)
        for number, text in enumerate(file, 1):
            if text.strip():
                yield Line(number, text)


def read_line(line: Line, to: Destination) -> ReceiveReferral | FhirBundle:
    """The referral in a line; one that names no facility or program goes where the file goes.

    Raises Invalid (`json_malformed`, `request_invalid`) with the fields as the service would name them.
    """
    try:
        document = json.loads(line.text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Invalid("json_malformed", "the line is not JSON") from error
    if not isinstance(document, dict):
        raise Invalid("request_invalid", "the line is no referral", fields=(FieldProblem("body", "is no object"),))
    own: Mapping[str, JsonValue] = document
    try:
        if own.get("resourceType") == "Bundle":
            return FhirBundle.model_validate(own)
        return ReceiveReferral.model_validate({"facility_id": to.facility_id, "program_id": to.program_id, **own})
    except ValidationError as error:
        fields = (
            FieldProblem(".".join(("body", *(str(part) for part in one["loc"]))), one["msg"])
            for one in error.errors(include_url=False, include_input=False)
        )
        raise Invalid("request_invalid", "the referral has fields that are wrong", fields=tuple(fields)) from error


def key_of(referral: ReceiveReferral | FhirBundle, to: Destination) -> str:
    """The key of a referral by its content: however often a file is imported, each is received once."""
    content = json.dumps(referral.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(f"{to.facility_id}/{to.program_id}/{content}".encode())
    return f"import/{digest.hexdigest()}"


def _is_json(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text.decode("utf-8-sig")), dict)
    except (ValueError, RecursionError):
        return False
