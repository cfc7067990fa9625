"""The pages *Journeys*, *Journey*, *Worklists*, *Messages*, each whole for reading without script, and the search."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from stepwell_operations.console.addresses import address
from stepwell_operations.console.care_views import CareViews
from stepwell_operations.console.chosen import EntriesChosen, JourneysChosen, MessagesChosen, WorkChosen
from stepwell_operations.console.gate import NO_STORE, Gate
from stepwell_operations.console.journey_view import JourneyViews
from stepwell_operations.console.rendering import Templates
from stepwell_operations.console.search_view import SearchViews
from stepwell_operations.console.views import View
from stepwell_operations.parameters import After
from stepwell_operations.store.sessions import Session
from stepwell_runtime.http.cursor import Position


def page(templates: Templates, session: Session, view: View, stream: str | None, status: int = 200) -> HTMLResponse:
    """A whole page: `stream` is where its live part comes from, None for a page that does not move."""
    values = {"session": session, "stream": stream, **view.values}
    return HTMLResponse(templates.render(f"{view.template}.html", values), status, headers=NO_STORE)


def pages_router(
    gate: Gate, care: CareViews, journeys: JourneyViews, templates: Templates, route_class: type[APIRoute]
) -> APIRouter:
    """The routes of the pages."""
    router = APIRouter(include_in_schema=False, route_class=route_class)
    _add_lists(router, gate, care, templates)
    _add_journey(router, gate, journeys, templates)
    return router


def search_router(gate: Gate, views: SearchViews, templates: Templates, route_class: type[APIRoute]) -> APIRouter:
    """The route of the search, which leads to a page."""
    router = APIRouter(include_in_schema=False, route_class=route_class)

    @router.get("/search")
    async def search(
        session: Annotated[Session, Depends(gate.person)],
        sought: Annotated[str, Query(alias="id", max_length=200)] = "",
    ) -> Response:
        found = await views.search(session.caller, sought)
        if isinstance(found, str):
            return RedirectResponse(found, 303, NO_STORE)
        return page(templates, session, found, None, 200 if found.values["found"] else 404)

    return router


def _add_lists(router: APIRouter, gate: Gate, views: CareViews, templates: Templates) -> None:
    person = Depends(gate.person)

    @router.get("/journeys")
    async def journeys(session: Annotated[Session, person], only: JourneysChosen, after: After = None) -> HTMLResponse:
        view = await views.journeys(session.caller, only, after)
        return page(templates, session, view, _stream("/console/stream/journeys", view, after))

    @router.get("/worklist")
    async def worklist(session: Annotated[Session, person], only: WorkChosen, after: After = None) -> HTMLResponse:
        view = await views.worklist(session.caller, only, after)
        return page(templates, session, view, _stream("/console/stream/worklist", view, after))

    @router.get("/messages")
    async def messages(session: Annotated[Session, person], only: MessagesChosen, after: After = None) -> HTMLResponse:
        view = await views.messages(session.caller, only, after)
        return page(templates, session, view, _stream("/console/stream/messages", view, after))


def _add_journey(router: APIRouter, gate: Gate, views: JourneyViews, templates: Templates) -> None:
    @router.get("/journeys/{episode_id}")
    async def journey(
        episode_id: UUID,
        session: Annotated[Session, Depends(gate.person)],
        only: EntriesChosen,
        whole: bool = False,
    ) -> HTMLResponse:
        view = await views.journey(session.caller, episode_id, only, whole=whole)
        return page(templates, session, view, _stream(f"/console/stream/journeys/{episode_id}", view, None))


def _stream(path: str, view: View, after: Position | None) -> str | None:
    """Where the live part comes from; a further page stands still, so that nothing slips away while it is read."""
    return None if after else address(path, view.values["chosen"])
