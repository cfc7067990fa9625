"""The client of medication."""

from uuid import UUID

from stepwell_clients.transport import Transport, path_of
from stepwell_contracts.http.medication import DoseNoted, ObserveDose, OrderPlaced, OrderView, StartOrder


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
