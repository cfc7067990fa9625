"""Receipts of providers, and what operations sees of each provider."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Depends

from stepwell_contracts.base import Instant
from stepwell_contracts.http.notifications_delivery import ProviderList, ProviderView, Receipt, ReceiptTaken
from stepwell_kernel.access import Resource
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_notifications.api.signed import signed_by_provider
from stepwell_notifications.channels.signatures import ProviderSignatures
from stepwell_notifications.domain.access import READ_PROVIDERS, SMS_PROVIDER
from stepwell_notifications.store.providers import summary_by_provider
from stepwell_notifications.usecases.take_receipt import take_receipt
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller

EVER = datetime(2000, 1, 1, tzinfo=UTC)


def receipts_router(transactions: Transactions, signatures: ProviderSignatures) -> APIRouter:
    """The route by which providers tell what became of messages, each receipt signed over its body."""
    router = APIRouter(tags=["receipts"])

    @router.post("/v1/receipts/{provider}", dependencies=[Depends(signed_by_provider(signatures))])
    async def post_receipt(provider: str, body: Receipt) -> ReceiptTaken:
        tenant, _, message_id = body.reference.partition(".")
        caller = Caller(CallerKind.SERVICE, tenant, f"provider/{provider}", frozenset({SMS_PROVIDER}))
        async with transactions(caller) as tx:
            return await take_receipt(tx, provider, UUID(message_id), body)

    return router


def providers_router(transactions: Transactions) -> APIRouter:
    """The route of the providers; `since` is machine time, as the ledger's is."""
    router = APIRouter(tags=["providers"])

    @router.get("/v1/providers")
    async def get_providers(caller: CurrentCaller, since: Instant = EVER) -> ProviderList:
        async with transactions(caller) as tx:
            tx.authorize(READ_PROVIDERS, Resource(tx.tenant, "provider"))
            rows = await summary_by_provider(tx, tx.now.date(), since)
        return ProviderList(since=since, providers=tuple(ProviderView(**row) for row in rows))

    return router
