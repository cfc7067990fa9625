"""The client of medication."""

from datetime import datetime
from uuid import UUID

from stepwell_clients.transport import Transport, path_of
from stepwell_clients.worklist import read_worklist
from stepwell_contracts.http.common import Worklist
from stepwell_contracts.http.medication import DoseNoted, ObserveDose, OrderPlaced, OrderView, StartOrder
from stepwell_kernel.codes import Role


class MedicationClient:
    """Calls of medication's API; every command takes its key."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def start_order(self, body: StartOrder, *, key: str) -> OrderPlaced:
        """Start medication."""
        return await self._transport.send("POST", "/v1/orders", body, OrderPlaced, key=key)

    async def observe_dose(self, order_id: UUID, body: ObserveDose, *, key: str) -> DoseNoted:
        """A dose taken under observation."""
        path = path_of("/v1/orders/{}/doses", order_id)
        return await self._transport.send("POST", path, body, DoseNoted, key=key)

    async def order(self, order_id: UUID) -> OrderView:
        """An order with its doses."""
        return await self._transport.get(path_of("/v1/orders/{}", order_id), OrderView)

    async def worklist(
        self, facility_id: UUID, role: Role, *, due_before: datetime | None = None, cursor: str | None = None
    ) -> Worklist:
        """What waits for people of a role, the earliest due first."""
        return await read_worklist(self._transport, facility_id, role, due_before, cursor)
