"""The client of notifications."""

from datetime import datetime
from uuid import UUID

from stepwell_clients.transport import Transport, path_of
from stepwell_clients.worklist import read_worklist
from stepwell_contracts.http.common import Worklist
from stepwell_contracts.http.notifications import (
    AcknowledgePage,
    MessageList,
    OnCallRoster,
    OnCallSet,
    PageAcknowledgement,
    PageList,
    SetOnCall,
)
from stepwell_kernel.codes import Role


class NotificationsClient:
    """Calls of notifications' API; every command takes its key."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def messages(self, episode_id: UUID) -> MessageList:
        """The messages of an episode, by due time."""
        return await self._transport.get(path_of("/v1/episodes/{}/messages", episode_id), MessageList)

    async def set_on_call(self, facility_id: UUID, body: SetOnCall, *, key: str) -> OnCallSet:
        """Say who is on call at a facility."""
        path = path_of("/v1/facilities/{}/on-call", facility_id)
        return await self._transport.send("PUT", path, body, OnCallSet, key=key)

    async def on_call(self, facility_id: UUID) -> OnCallRoster:
        """Who is on call at a facility."""
        return await self._transport.get(path_of("/v1/facilities/{}/on-call", facility_id), OnCallRoster)

    async def pages(self, episode_id: UUID) -> PageList:
        """The pages of an episode, in the order in which they were raised."""
        return await self._transport.get(path_of("/v1/episodes/{}/pages", episode_id), PageList)

    async def acknowledge_page(self, page_id: UUID, *, key: str) -> PageAcknowledgement:
        """Take a page over."""
        path = path_of("/v1/pages/{}/acknowledgement", page_id)
        return await self._transport.send("POST", path, AcknowledgePage(), PageAcknowledgement, key=key)

    async def worklist(
        self, facility_id: UUID, role: Role, *, due_before: datetime | None = None, cursor: str | None = None
    ) -> Worklist:
        """What waits for people of a role, the earliest due first."""
        return await read_worklist(self._transport, facility_id, role, due_before, cursor)
