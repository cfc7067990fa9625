"""Messages to patients, as data."""

from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.operations_network import MessageFeed
from stepwell_kernel.access import Resource
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_operations.domain.access import READ_MESSAGES
from stepwell_operations.domain.messages import MessageState
from stepwell_operations.parameters import After, Limit
from stepwell_operations.store.messages import MessageFilter, latest_replies, messages
from stepwell_operations.store.tallies import by_state, count_messages_of, message_tallies
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller
from stepwell_runtime.http.cursor import to_cursor

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
        template: MessageTemplate | None = None,
        limit: Limit = 100,
        after: After = None,
    ) -> MessageFeed:
        only = MessageFilter(facility_id, state, episode_id, template)
        async with transactions(caller) as tx:
            tx.authorize(READ_MESSAGES, Resource(tx.tenant, "facility", facility_id, facility_id))
            found = await messages(tx, only, after=after, most=limit + 1)
            tallies = await message_tallies(tx, facility_id, episode_id=episode_id)
            replies = await latest_replies(tx, only, MOST_REPLIES)
        page = tuple(found[:limit])
        more = len(found) > limit
        return MessageFeed(
            messages=page,
            replies=tuple(replies),
            states={one.value: count for one, count in by_state(tallies, template).items()},
            total=count_messages_of(tallies, only),
            next_cursor=to_cursor((page[-1].at, page[-1].message_id)) if more else None,
        )

    return router
