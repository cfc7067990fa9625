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
from stepwell_contracts.http.notifications_delivery import AskedToCall, AskToCall, AttemptList, ProviderList
from stepwell_contracts.http.notifications_replies import (
    Preferences,
    ReplyList,
    ReplyView,
    SenderNumbers,
    SetPreferences,
    SetSenderNumbers,
    Standing,
    TakeOptIn,
    TakeOptOut,
)
from stepwell_kernel.codes import Role


class NotificationsClient:
    """Calls of notifications' API; every command takes its key."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def messages(self, episode_id: UUID) -> MessageList:
        """The messages of an episode, by due time."""
        return await self._transport.get(path_of("/v1/episodes/{}/messages", episode_id), MessageList)

    async def attempts(self, message_id: UUID) -> AttemptList:
        """The ledger of a message, or of an answer to a reply: its attempts, in order."""
        return await self._transport.get(path_of("/v1/messages/{}/attempts", message_id), AttemptList)

    async def ask_to_call(self, episode_id: UUID, *, key: str) -> AskedToCall:
        """Ask the patient to call the facility."""
        path = path_of("/v1/episodes/{}/please-call", episode_id)
        return await self._transport.send("POST", path, AskToCall(), AskedToCall, key=key)

    async def providers(self, since: datetime | None = None) -> ProviderList:
        """What became of messages at each provider, since an instant of machine time."""
        query = {"since": since.isoformat()} if since else None
        return await self._transport.get("/v1/providers", ProviderList, query=query)

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

    async def facility_pages(self, facility_id: UUID) -> PageList:
        """The open pages of a facility about replies of nobody known."""
        return await self._transport.get(path_of("/v1/facilities/{}/pages", facility_id), PageList)

    async def acknowledge_page(self, page_id: UUID, *, key: str) -> PageAcknowledgement:
        """Take a page over."""
        path = path_of("/v1/pages/{}/acknowledgement", page_id)
        return await self._transport.send("POST", path, AcknowledgePage(), PageAcknowledgement, key=key)

    async def set_sender_numbers(self, facility_id: UUID, body: SetSenderNumbers, *, key: str) -> SenderNumbers:
        """Say from which numbers a facility writes."""
        path = path_of("/v1/facilities/{}/sender-numbers", facility_id)
        return await self._transport.send("PUT", path, body, SenderNumbers, key=key)

    async def sender_numbers(self, facility_id: UUID) -> SenderNumbers:
        """The numbers from which a facility writes."""
        return await self._transport.get(path_of("/v1/facilities/{}/sender-numbers", facility_id), SenderNumbers)

    async def set_preferences(self, patient_id: UUID, body: SetPreferences, *, key: str) -> Preferences:
        """Say what a patient wants, by category and channel."""
        path = path_of("/v1/patients/{}/preferences", patient_id)
        return await self._transport.send("PUT", path, body, Preferences, key=key)

    async def preferences(self, patient_id: UUID) -> Preferences:
        """What a patient wants, and what they opted out of."""
        return await self._transport.get(path_of("/v1/patients/{}/preferences", patient_id), Preferences)

    async def opt_out(self, patient_id: UUID, body: TakeOptOut, *, key: str) -> Standing:
        """Take down that a patient wants no more messages by a channel."""
        path = path_of("/v1/patients/{}/opt-outs", patient_id)
        return await self._transport.send("POST", path, body, Standing, key=key)

    async def opt_in(self, patient_id: UUID, body: TakeOptIn, *, key: str) -> Standing:
        """Take down that a patient wants messages by a channel again."""
        path = path_of("/v1/patients/{}/opt-ins", patient_id)
        return await self._transport.send("POST", path, body, Standing, key=key)

    async def replies(self, episode_id: UUID) -> ReplyList:
        """The replies of an episode, in the order in which they came."""
        return await self._transport.get(path_of("/v1/episodes/{}/replies", episode_id), ReplyList)

    async def reply(self, reply_id: UUID) -> ReplyView:
        """A reply, by what it was understood as."""
        return await self._transport.get(path_of("/v1/replies/{}", reply_id), ReplyView)

    async def worklist(
        self, facility_id: UUID, role: Role | None, *, due_before: datetime | None = None, cursor: str | None = None
    ) -> Worklist:
        """What waits for people of a role, the earliest due first."""
        return await read_worklist(self._transport, facility_id, role, due_before, cursor)
