"""The client of operations."""

from uuid import UUID

from stepwell_clients.transport import Transport, path_of
from stepwell_contracts.http.operations import JourneyList, JourneyView, Status, Work
from stepwell_kernel.codes import Role


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

    async def worklist(self, role: Role | None = None, facility_id: UUID | None = None) -> Work:
        """What waits for people, of all roles or one, at all facilities or one: the earliest due, and the crises."""
        chosen = {"role": role, "facility": facility_id}
        query = {name: str(value) for name, value in chosen.items() if value is not None}
        return await self._transport.get("/v1/worklist", Work, query=query or None)
