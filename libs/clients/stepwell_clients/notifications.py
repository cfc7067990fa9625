"""The client of notifications."""

from uuid import UUID

from stepwell_clients.transport import Transport, path_of
from stepwell_contracts.http.notifications import MessageList


class NotificationsClient:
    """Calls of notifications' API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def messages(self, episode_id: UUID) -> MessageList:
        """The messages of an episode, by due time."""
        return await self._transport.get(path_of("/v1/episodes/{}/messages", episode_id), MessageList)
