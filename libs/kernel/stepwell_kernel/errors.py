"""Errors with a stable code and a kind; one table per border turns the kind into a status, a retry or an outcome."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What the caller can do about an error."""

    INVALID = "invalid"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    FORBIDDEN = "forbidden"
    UNAVAILABLE = "unavailable"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that is wrong: its path in the body (`ratings.dimension_3`), what is wrong, and the rule's id."""

    path: str
    problem: str
    rule: str | None = None


class StepwellError(Exception):
    """An error that crosses a border by its code and kind; the detail is for people and is never matched on."""

    kind: ClassVar[Kind] = Kind.BUG

    def __init__(
        self, code: str, detail: str, *, fields: tuple[FieldProblem, ...] = (), rule: str | None = None
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.fields = fields
        self.rule = rule


class Invalid(StepwellError):
    """The request cannot be right, whatever the state."""

    kind = Kind.INVALID


class NotFound(StepwellError):
    """No such thing for this caller; another tenant's id is answered the same way."""

    kind = Kind.NOT_FOUND


class Conflict(StepwellError):
    """A rule or the present state says no; the same request may pass later."""

    kind = Kind.CONFLICT


class Forbidden(StepwellError):
    """The caller may not do this."""

    kind = Kind.FORBIDDEN


class Unavailable(StepwellError):
    """Something needed is away for now; the same request should be repeated."""

    kind = Kind.UNAVAILABLE


class Bug(StepwellError):
    """The program contradicts itself; retrying does not help, a person must look."""

    kind = Kind.BUG


#: Kinds that are a verdict on the request: they are answered, never retried and never parked.
REJECTIONS = frozenset({Kind.INVALID, Kind.NOT_FOUND, Kind.CONFLICT, Kind.FORBIDDEN})
