"""Messages of an episode, the ledger of each, and what staff have sent."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.notifications import MessageList, MessageView
from stepwell_contracts.http.notifications_delivery import AskedToCall, AskToCall, AttemptList, AttemptView
from stepwell_kernel.access import Resource
from stepwell_notifications.domain.access import READ_MESSAGES
from stepwell_notifications.store.attempts import attempts_of_message, facility_of_message
from stepwell_notifications.store.messages import messages_of_episode
from stepwell_notifications.store.reference import facility_of_episode
from stepwell_notifications.usecases.ask_to_call import ask_to_call
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def messages_router(transactions: Transactions) -> APIRouter:
    """The routes of messages."""
    router = APIRouter(tags=["messages"])

    @router.get("/v1/episodes/{episode_id}/messages")
    async def get_messages(episode_id: UUID, caller: CurrentCaller) -> MessageList:
        async with transactions(caller) as tx:
            facility_id = await facility_of_episode(tx, episode_id)
            tx.authorize(READ_MESSAGES, Resource(tx.tenant, "episode", episode_id, facility_id))
            rows = await messages_of_episode(tx, episode_id)
        return MessageList(messages=tuple(MessageView(**row) for row in rows))

    @router.get("/v1/messages/{message_id}/attempts")
    async def get_attempts(message_id: UUID, caller: CurrentCaller) -> AttemptList:
        async with transactions(caller) as tx:
            facility_id = await facility_of_message(tx, message_id)
            tx.authorize(READ_MESSAGES, Resource(tx.tenant, "message", message_id, facility_id))
            rows = await attempts_of_message(tx, message_id)
        return AttemptList(message_id=message_id, attempts=tuple(AttemptView(**row) for row in rows))

    @router.post("/v1/episodes/{episode_id}/please-call", status_code=201)
    async def post_please_call(
        episode_id: UUID,
        body: AskToCall,  # noqa: ARG001  it has no fields; one that is sent is refused
        caller: CurrentCaller,
        key: CurrentKey,
    ) -> AskedToCall:
        async with transactions(caller) as tx:
            return await once(tx, key, AskedToCall, lambda: ask_to_call(tx, episode_id))

    return router
