"""The pages *Now*, *Worklist*, *Journeys* and *Journey*, each whole for reading without script."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from stepwell_kernel.codes import Phase, Role
from stepwell_operations.console.gate import Gate
from stepwell_operations.console.rendering import Templates
from stepwell_operations.console.views import View, Views
from stepwell_operations.store.journeys import Filter
from stepwell_operations.store.sessions import Session
from stepwell_operations.store.worklist import WorkFilter
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

    @router.get("/worklist")
    async def worklist(
        session: Annotated[Session, person], role: Role | None = None, facility_id: UUID | None = None
    ) -> HTMLResponse:
        view = await views.worklist(session.caller, WorkFilter(role, facility_id))
        chosen = {"role": role, "facility_id": facility_id}
        return page(templates, session, view, _with_query("/console/stream/worklist", chosen))

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


def _with_query(path: str, chosen: Mapping[str, object | None]) -> str:
    """The path with what was chosen."""
    query = urlencode({name: str(value) for name, value in chosen.items() if value is not None})
    return f"{path}?{query}" if query else path
