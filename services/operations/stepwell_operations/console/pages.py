"""The pages *Now*, *Journeys* and *Journey*, and their streams. Each page is whole for reading without script."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from fastapi.sse import EventSourceResponse, ServerSentEvent

from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Phase
from stepwell_operations.console.gate import Gate
from stepwell_operations.console.live import Live
from stepwell_operations.console.rendering import Templates
from stepwell_operations.console.views import View, Views
from stepwell_operations.store.journeys import Filter
from stepwell_operations.store.sessions import Session
from stepwell_runtime.http.cursor import from_cursor

Cursor = Annotated[str | None, Query(max_length=200)]
TraceId = Annotated[str | None, Query(pattern="^[0-9a-f]{32}$")]


def page(templates: Templates, session: Session, view: View, stream: str | None) -> HTMLResponse:
    """A whole page: `stream` is where its live part comes from, None for a page that does not move."""
    values = {"session": session, "stream": stream, **view.values}
    return HTMLResponse(templates.render(f"{view.template}.html", values), headers={"Cache-Control": "no-store"})


def pages_router(gate: Gate, views: Views, templates: Templates, route_class: type[APIRoute]) -> APIRouter:
    """The routes of the pages."""
    router = APIRouter(include_in_schema=False, route_class=route_class)
    person = Depends(gate.person)

    @router.get("/")
    async def now(session: Annotated[Session, person]) -> HTMLResponse:
        view = await views.now(session.caller)
        return page(templates, session, view, "/console/stream/now")

    @router.get("/journeys")
    async def journeys(
        session: Annotated[Session, person],
        phase: Phase | None = None,
        facility_id: UUID | None = None,
        cursor: Cursor = None,
    ) -> HTMLResponse:
        after = from_cursor(cursor) if cursor else None
        view = await views.journeys(session.caller, Filter(phase, facility_id), after)
        chosen = {"phase": phase, "facility_id": facility_id}
        stream = None if after else _with_query("/console/stream/journeys", chosen)
        return page(templates, session, view, stream)

    @router.get("/journeys/{episode_id}")
    async def journey(
        episode_id: UUID, session: Annotated[Session, person], trace_id: TraceId = None, whole: bool = False
    ) -> HTMLResponse:
        view = await views.journey(session.caller, episode_id, trace_id=trace_id, whole=whole)
        chosen = {"trace_id": trace_id, "whole": "true" if whole else None}
        stream = _with_query(f"/console/stream/journeys/{episode_id}", chosen)
        return page(templates, session, view, stream)

    return router


def streams_router(views: Views, live: Live) -> APIRouter:
    """The routes of the streams, which draw the live part of a page again whenever something changed."""
    router = APIRouter(prefix="/console/stream", include_in_schema=False)

    @router.get("/now", response_class=EventSourceResponse)
    async def now(request: Request) -> AsyncIterator[ServerSentEvent]:
        async def draw(caller: Caller, again: bool) -> View:
            return await views.now(caller, again=again)

        async for event in live.follow(request, draw):
            yield event

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

    return router


def _with_query(path: str, chosen: Mapping[str, object | None]) -> str:
    """The path with what was chosen."""
    query = urlencode({name: str(value) for name, value in chosen.items() if value is not None})
    return f"{path}?{query}" if query else path
