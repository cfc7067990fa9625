"""Pages: those of an episode, those about nobody known, and taking one over."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.notifications import AcknowledgePage, PageAcknowledgement, PageList, PageView
from stepwell_kernel.access import Resource
from stepwell_notifications.domain.access import READ_PAGES
from stepwell_notifications.store.pages import pages_about_nobody, pages_of_episode
from stepwell_notifications.store.reference import facility_of_episode
from stepwell_notifications.usecases.acknowledge_page import acknowledge_page
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def pages_router(transactions: Transactions) -> APIRouter:
    """The routes of pages."""
    router = APIRouter(tags=["pages"])

    @router.get("/v1/episodes/{episode_id}/pages")
    async def get_pages(episode_id: UUID, caller: CurrentCaller) -> PageList:
        async with transactions(caller) as tx:
            facility_id = await facility_of_episode(tx, episode_id)
            tx.authorize(READ_PAGES, Resource(tx.tenant, "episode", episode_id, facility_id))
            rows = await pages_of_episode(tx, episode_id)
        return PageList(pages=tuple(PageView(**row) for row in rows))

    @router.get("/v1/facilities/{facility_id}/pages")
    async def get_facility_pages(
        facility_id: UUID, caller: CurrentCaller, state: Literal["open", "acknowledged"] = "open"
    ) -> PageList:
        async with transactions(caller) as tx:
            tx.authorize(READ_PAGES, Resource(tx.tenant, "facility", facility_id, facility_id))
            rows = await pages_about_nobody(tx, facility_id, state)
        return PageList(pages=tuple(PageView(**row) for row in rows))

    @router.post("/v1/pages/{page_id}/acknowledgement", status_code=201)
    async def post_acknowledgement(
        page_id: UUID,
        body: AcknowledgePage,  # noqa: ARG001  it refuses unknown fields
        caller: CurrentCaller,
        key: CurrentKey,
    ) -> PageAcknowledgement:
        async with transactions(caller) as tx:
            return await once(tx, key, PageAcknowledgement, lambda: acknowledge_page(tx, page_id))

    return router
