"""Replies: as providers bring them in, and as staff read them."""

from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends

from stepwell_contracts.http.notifications_replies import InboundText, ReplyList, ReplyTaken, ReplyView
from stepwell_kernel.access import Resource
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_notifications.api.signed import signed_by_provider
from stepwell_notifications.channels.signatures import ProviderSignatures
from stepwell_notifications.domain.access import READ_REPLIES, SMS_PROVIDER
from stepwell_notifications.store.reference import facility_of_episode
from stepwell_notifications.store.replies import find_reply, replies_of_episode
from stepwell_notifications.store.sender_numbers import Owner, owner_of
from stepwell_notifications.usecases.take_reply import take_reply
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller
from stepwell_runtime.keys import KeyProvider


def replies_router(transactions: Transactions) -> APIRouter:
    """The routes by which staff read replies."""
    router = APIRouter(tags=["replies"])

    @router.get("/v1/episodes/{episode_id}/replies")
    async def get_replies(episode_id: UUID, caller: CurrentCaller) -> ReplyList:
        async with transactions(caller) as tx:
            facility_id = await facility_of_episode(tx, episode_id)
            tx.authorize(READ_REPLIES, Resource(tx.tenant, "episode", episode_id, facility_id))
            return ReplyList(replies=tuple(_view(row) for row in await replies_of_episode(tx, episode_id)))

    @router.get("/v1/replies/{reply_id}")
    async def get_reply(reply_id: UUID, caller: CurrentCaller) -> ReplyView:
        async with transactions(caller) as tx:
            row = await find_reply(tx, reply_id)
            episode_id = row["episode_id"]
            facility_id = await facility_of_episode(tx, episode_id) if episode_id else row["facility_id"]
            tx.authorize(READ_REPLIES, Resource(tx.tenant, "reply", reply_id, facility_id))
            return _view(row)

    return router


def inbound_router(transactions: Transactions, keys: KeyProvider, signatures: ProviderSignatures) -> APIRouter:
    """The route by which providers bring text messages in, each signed over its body; it needs no token."""
    router = APIRouter(tags=["replies"])

    @router.post("/v1/inbound/{provider}", status_code=201, dependencies=[Depends(signed_by_provider(signatures))])
    async def post_inbound(provider: str, body: InboundText) -> ReplyTaken:
        owner = await owner_of(transactions.pool, body.to)
        async with transactions(_caller(provider, owner)) as tx:
            return await take_reply(tx, keys, provider, owner.facility_id, body)

    return router


def _caller(provider: str, owner: Owner) -> Caller:
    """A provider within the one facility whose number was written to."""
    return Caller(
        CallerKind.SERVICE,
        owner.tenant,
        f"provider/{provider}",
        frozenset({SMS_PROVIDER}),
        frozenset({owner.facility_id}),
    )


def _view(row: asyncpg.Record) -> ReplyView:
    return ReplyView(**row)
