"""All routes of operations' API in one application, without the console, and what they tell."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2
from fastapi import APIRouter

from services.operations.tests.open_console import VIEWS
from services.operations.tests.test_platform_status import EdgeTokens
from stepwell_operations.api.journeys import journeys_router
from stepwell_operations.api.status import status_router
from stepwell_operations.platform_status import Peers
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.certificates import certificates
from stepwell_testing.edge import ServiceEdge, TestApp


@asynccontextmanager
async def whole_api(edge: ServiceEdge) -> AsyncIterator[TestApp]:
    """The application, on a platform without other processes."""
    async with httpx2.AsyncClient(verify=certificates()) as http:
        peers = Peers(http, EdgeTokens(edge), {})
        routers = (router(edge.transactions) for router in (*VIEWS, silent_journeys_router))
        yield edge.own_app(status_router(edge.transactions, peers), *routers)


def silent_journeys_router(transactions: Transactions) -> APIRouter:
    """The routes of journeys none of which answers."""
    return journeys_router(transactions, _no_answer)


async def _no_answer(episode_id: UUID, mark: int) -> None:
    del episode_id, mark


async def told(app: TestApp, token: str, path: str, **params: str) -> Any:
    """What the API tells whoever has the token."""
    answer = await app.call("GET", path, token=token, params=params or None)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()
