"""Messages of an episode."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.notifications import MessageList, MessageView
from stepwell_kernel.access import Resource
from stepwell_notifications.domain.access import READ_MESSAGES
from stepwell_notifications.store.messages import messages_of_episode
from stepwell_notifications.store.reference import facility_of_episode
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller


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

    return router
