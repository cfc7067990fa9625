"""Bodies that every service has."""

from uuid import UUID

from stepwell_contracts.base import Instant, Value
from stepwell_kernel.codes import Role


class WorklistRow(Value):
    """Something that waits for a person: what, about whom, by when, and the command that settles it.

    `command` is the method and path of the endpoint, `POST /v1/episodes/<id>/first-contact`.
    """

    kind: str
    subject_id: UUID
    episode_id: UUID | None
    facility_id: UUID
    role: Role
    due_at: Instant
    command: str


class Worklist(Value):
    """A page of rows, the earliest due first; `next_cursor` is absent on the last page."""

    rows: tuple[WorklistRow, ...]
    next_cursor: str | None = None


class FieldProblemBody(Value):
    """One field that is wrong."""

    path: str
    problem: str
    rule: str | None = None


class Problem(Value):
    """An error as RFC 9457 has it, with Stepwell's stable code."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    fields: tuple[FieldProblemBody, ...] = ()
    trace_id: str | None = None
