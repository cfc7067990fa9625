"""Audit rows: who did what to which resource, committed with the use case, or alone when access was denied."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from opentelemetry import trace

from stepwell_kernel.access import Resource
from stepwell_kernel.caller import Caller
from stepwell_kernel.ids import new_id
from stepwell_postgres.pool import Connection

INSERT = """
insert into audit (id, tenant_id, at, caller_kind, subject, on_behalf_of, cause, action, resource_kind, resource_id,
                   facility_id, outcome, trace_id)
select * from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
                     $8::text[], $9::text[], $10::uuid[], $11::uuid[], $12::text[], $13::text[])
"""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the audit: `outcome` is `done` or the code of the denial."""

    id: UUID
    caller: Caller
    at: datetime
    action: str
    resource: Resource
    outcome: str

    @classmethod
    def of(cls, caller: Caller, action: str, resource: Resource, at: datetime) -> Self:
        """The row of an access that was granted."""
        return cls(new_id(), caller, at, action, resource, "done")

    def denied(self, code: str) -> Self:
        """The row of the same access when it was refused; it belongs to the caller's own tenant."""
        return replace(self, outcome=code)


async def write_audit(connection: Connection, entries: Sequence[AuditEntry]) -> None:
    """Insert the rows through the caller's connection."""
    if not entries:
        return
    span = trace.get_current_span().get_span_context()
    trace_id = f"{span.trace_id:032x}" if span.is_valid else None
    await connection.execute(
        INSERT,
        [entry.id for entry in entries],
        [entry.caller.tenant for entry in entries],
        [entry.at for entry in entries],
        [entry.caller.kind.value for entry in entries],
        [entry.caller.subject for entry in entries],
        [entry.caller.on_behalf_of for entry in entries],
        [entry.caller.cause for entry in entries],
        [entry.action for entry in entries],
        [entry.resource.kind for entry in entries],
        [entry.resource.id for entry in entries],
        [entry.resource.facility_id for entry in entries],
        [entry.outcome for entry in entries],
        [trace_id for _ in entries],
    )
