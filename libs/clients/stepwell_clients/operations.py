"""The client of operations."""

from uuid import UUID

from stepwell_clients.transport import Transport, path_of
from stepwell_contracts.http.operations import JourneyList, JourneyView, Status


class OperationsClient:
    """Calls of operations' API: the views of the console."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def status(self) -> Status:
        """The platform at a glance."""
        return await self._transport.get("/v1/status", Status)

    async def journeys(self, phase: str | None = None) -> JourneyList:
        """Episodes, the latest changed first."""
        query = None if phase is None else {"phase": phase}
        return await self._transport.get("/v1/journeys", JourneyList, query=query)

    async def journey(self, episode_id: UUID) -> JourneyView:
        """An episode with its timeline."""
        return await self._transport.get(path_of("/v1/journeys/{}", episode_id), JourneyView)
