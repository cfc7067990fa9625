"""The streams of the pages, which draw the live part of a page again whenever something changed."""

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Phase, Role
from stepwell_operations.console.live import Live
from stepwell_operations.console.pages import TraceId
from stepwell_operations.console.views import View, Views
from stepwell_operations.store.journeys import Filter
from stepwell_operations.store.worklist import WorkFilter


def streams_router(views: Views, live: Live) -> APIRouter:
    """The routes of the streams."""
    router = APIRouter(prefix="/console/stream", include_in_schema=False)
    _add_overviews(router, views, live)
    _add_journeys(router, views, live)
    return router


def _add_overviews(router: APIRouter, views: Views, live: Live) -> None:
    @router.get("/now", response_class=EventSourceResponse)
    async def now(request: Request) -> AsyncIterator[ServerSentEvent]:
        async def draw(caller: Caller, again: bool) -> View:
            return await views.now(caller, again=again)

        async for event in live.follow(request, draw):
            yield event

    @router.get("/worklist", response_class=EventSourceResponse)
    async def worklist(
        request: Request, role: Role | None = None, facility_id: UUID | None = None
    ) -> AsyncIterator[ServerSentEvent]:
        async def draw(caller: Caller, again: bool) -> View:
            return await views.worklist(caller, WorkFilter(role, facility_id), again=again)

        async for event in live.follow(request, draw):
            yield event


def _add_journeys(router: APIRouter, views: Views, live: Live) -> None:
    @router.get("/journeys", response_class=EventSourceResponse)
    async def journeys(
        request: Request, phase: Phase | None = None, facility_id: UUID | None = None
    ) -> AsyncIterator[ServerSentEvent]:
        async def draw(caller: Caller, again: bool) -> View:
            return await views.journeys(caller, Filter(phase, facility_id), None, again=again)

        async for event in live.follow(request, draw):
            yield event

    @router.get("/journeys/{episode_id}", response_class=EventSourceResponse)
    async def journey(
        request: Request, episode_id: UUID, trace_id: TraceId = None, whole: bool = False
    ) -> AsyncIterator[ServerSentEvent]:
        async def draw(caller: Caller, again: bool) -> View:
            return await views.journey(caller, episode_id, trace_id=trace_id, whole=whole, again=again)

        async for event in live.follow(request, draw):
            yield event
