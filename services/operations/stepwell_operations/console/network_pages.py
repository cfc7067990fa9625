"""The pages *Now*, *Facilities*, *Facility* and *Figures*, each whole for reading without script."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from stepwell_operations.console.addresses import address
from stepwell_operations.console.gate import HOME, NO_STORE, Gate
from stepwell_operations.console.navigation import landing
from stepwell_operations.console.network_views import NetworkViews
from stepwell_operations.console.pages import page
from stepwell_operations.console.rendering import Templates
from stepwell_operations.parameters import Week
from stepwell_operations.store.sessions import Session


def network_pages_router(
    gate: Gate, views: NetworkViews, templates: Templates, route_class: type[APIRoute]
) -> APIRouter:
    """The routes of the pages."""
    router = APIRouter(include_in_schema=False, route_class=route_class)
    person = Depends(gate.person)

    @router.get("/")
    async def now(session: Annotated[Session, person]) -> Response:
        if landing(session.caller) != HOME:
            return RedirectResponse(landing(session.caller), 303, NO_STORE)
        view = await views.now(session.caller)
        return page(templates, session, view, "/console/stream/now")

    @router.get("/facilities")
    async def facilities(session: Annotated[Session, person]) -> HTMLResponse:
        view = await views.facilities(session.caller)
        return page(templates, session, view, "/console/stream/facilities")

    @router.get("/facilities/{facility_id}")
    async def facility(facility_id: UUID, session: Annotated[Session, person], week: Week = None) -> HTMLResponse:
        view = await views.facility(session.caller, facility_id, week)
        stream = address(f"/console/stream/facilities/{facility_id}", {"week": week})
        return page(templates, session, view, stream)

    @router.get("/figures")
    async def figures(session: Annotated[Session, person], facility_id: UUID | None = None) -> HTMLResponse:
        view = await views.figures(session.caller, facility_id)
        return page(templates, session, view, address("/console/stream/figures", {"facility_id": facility_id}))

    return router
