"""The worklist, which several services have in the same form."""

from datetime import datetime
from uuid import UUID

from stepwell_clients.transport import Transport
from stepwell_contracts.http.common import Worklist
from stepwell_kernel.codes import Role


async def read_worklist(
    transport: Transport, facility_id: UUID, role: Role | None, due_before: datetime | None, cursor: str | None
) -> Worklist:
    """A page of what waits for people of a role at a facility, the earliest due first.

    Without a role it is that of all roles at intake; the other services take the one that has most to do there.
    """
    query = {"facility": str(facility_id)}
    if role is not None:
        query["role"] = role.value
    if due_before is not None:
        query["due_before"] = due_before.isoformat()
    if cursor is not None:
        query["cursor"] = cursor
    return await transport.get("/v1/worklist", Worklist, query=query)
