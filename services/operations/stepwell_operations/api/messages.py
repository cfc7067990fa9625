"""Messages to patients, as data."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.operations_network import MessageFeed
from stepwell_kernel.access import Resource
from stepwell_operations.domain.access import READ_MESSAGES
from stepwell_operations.domain.messages import MessageState
from stepwell_operations.parameters import Cursor, Limit
from stepwell_operations.store.messages import MessageFilter, count_messages, latest_replies, messages
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller
from stepwell_runtime.http.cursor import from_cursor, to_cursor

MOST_REPLIES = 20


def messages_router(transactions: Transactions) -> APIRouter:
    """The route of messages."""
    router = APIRouter(tags=["messages"])

    @router.get("/v1/messages")
    async def get_messages(
        caller: CurrentCaller,
        facility_id: UUID | None = None,
        state: MessageState | None = None,
        episode_id: UUID | None = None,
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> MessageFeed:
        only = MessageFilter(facility_id, state, episode_id)
        after = from_cursor(cursor) if cursor else None
        async with transactions(caller) as tx:
            tx.authorize(READ_MESSAGES, Resource(tx.tenant, "facility", facility_id, facility_id))
            found = await messages(tx, only, after=after, most=limit + 1)
            counts = await count_messages(tx, only)
            replies = await latest_replies(tx, only, MOST_REPLIES)
        page = tuple(found[:limit])
        more = len(found) > limit
        return MessageFeed(
            messages=page,
            replies=tuple(replies),
            states={one: counts[one] for one in MessageState if one in counts},
            total=sum(counts.values()) if state is None else counts.get(state, 0),
            next_cursor=to_cursor((page[-1].at, page[-1].message_id)) if more else None,
        )

    return router
