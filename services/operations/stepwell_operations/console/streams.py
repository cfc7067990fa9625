"""The streams of the pages, which draw the live part of a page again whenever something changed."""

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Phase, Role
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_operations.console.care_views import CareViews
from stepwell_operations.console.journey_view import JourneyViews
from stepwell_operations.console.live import Live
from stepwell_operations.console.pages import ServiceName, TraceId
from stepwell_operations.console.views import View
from stepwell_operations.domain.messages import MessageState
from stepwell_operations.store.journeys import Filter
from stepwell_operations.store.messages import MessageFilter
from stepwell_operations.store.timeline import EntryFilter
from stepwell_operations.store.worklist import WorkFilter


def streams_router(care: CareViews, journeys: JourneyViews, live: Live) -> APIRouter:
    """The routes of the streams."""
    router = APIRouter(prefix="/console/stream", include_in_schema=False)
    _add_lists(router, care, live)
    _add_messages(router, care, live)
    _add_journey(router, journeys, live)
    return router


def _add_lists(router: APIRouter, views: CareViews, live: Live) -> None:
    @router.get("/journeys", response_class=EventSourceResponse)
    async def journeys(
        request: Request, phase: Phase | None = None, facility_id: UUID | None = None, overdue: bool = False
    ) -> AsyncIterator[ServerSentEvent]:
        async def draw(caller: Caller, again: bool) -> View:
            return await views.journeys(caller, Filter(phase, facility_id, overdue), None, again=again)

        async for event in live.follow(request, draw):
            yield event

    @router.get("/worklist", response_class=EventSourceResponse)
    async def worklist(
        request: Request, role: Role | None = None, facility_id: UUID | None = None
    ) -> AsyncIterator[ServerSentEvent]:
        async def draw(caller: Caller, again: bool) -> View:
            return await views.worklist(caller, WorkFilter(role, facility_id), None, again=again)

        async for event in live.follow(request, draw):
            yield event


def _add_messages(router: APIRouter, views: CareViews, live: Live) -> None:
    @router.get("/messages", response_class=EventSourceResponse)
    async def messages(
        request: Request,
        state: MessageState | None = None,
        facility_id: UUID | None = None,
        template: MessageTemplate | None = None,
        episode_id: UUID | None = None,
    ) -> AsyncIterator[ServerSentEvent]:
        async def draw(caller: Caller, again: bool) -> View:
            only = MessageFilter(facility_id, state, episode_id, template)
            return await views.messages(caller, only, None, again=again)

        async for event in live.follow(request, draw):
            yield event


def _add_journey(router: APIRouter, views: JourneyViews, live: Live) -> None:
    @router.get("/journeys/{episode_id}", response_class=EventSourceResponse)
    async def journey(
        request: Request,
        episode_id: UUID,
        trace_id: TraceId = None,
        about: UUID | None = None,
        service: ServiceName = None,
        whole: bool = False,
    ) -> AsyncIterator[ServerSentEvent]:
        async def draw(caller: Caller, again: bool) -> View:
            only = EntryFilter(trace_id, about, service)
            return await views.journey(caller, episode_id, only, whole=whole, again=again)

        async for event in live.follow(request, draw):
            yield event
