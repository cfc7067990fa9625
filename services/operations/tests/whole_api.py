"""All routes of operations' API in one application, without the console."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from services.operations.tests.test_platform_status import EdgeTokens
from stepwell_operations.api.facilities import facilities_router
from stepwell_operations.api.figures import figures_router
from stepwell_operations.api.journeys import journeys_router
from stepwell_operations.api.messages import messages_router
from stepwell_operations.api.search import search_router
from stepwell_operations.api.status import status_router
from stepwell_operations.api.worklist import worklist_router
from stepwell_operations.platform_status import Peers
from stepwell_testing.edge import ServiceEdge, TestApp


@asynccontextmanager
async def whole_api(edge: ServiceEdge) -> AsyncIterator[TestApp]:
    """The application, on a platform without other processes."""
    async with httpx2.AsyncClient() as http:
        peers = Peers(http, EdgeTokens(edge), {})
        yield edge.own_app(
            status_router(edge.transactions, peers),
            *(
                router(edge.transactions)
                for router in (
                    facilities_router,
                    figures_router,
                    journeys_router,
                    messages_router,
                    search_router,
                    worklist_router,
                )
            ),
        )
