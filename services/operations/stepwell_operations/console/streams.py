"""The streams of the pages, which draw the live part of a page again whenever something changed."""

from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from stepwell_operations.console.care_views import CareViews
from stepwell_operations.console.chosen import EntriesChosen, JourneysChosen, MessagesChosen, WorkChosen
from stepwell_operations.console.journey_view import JourneyViews
from stepwell_operations.console.live import Draw, Live
from stepwell_operations.console.network_views import NetworkViews
from stepwell_operations.parameters import Week

#: Reads from the address of a stream what draws its page.
Drawn = Callable[..., Coroutine[Any, Any, Draw]]


def streams_router(network: NetworkViews, care: CareViews, journeys: JourneyViews, live: Live) -> APIRouter:
    """The routes of the streams, each at the path of its page."""
    router = APIRouter(prefix="/console/stream", include_in_schema=False)
    for path, drawn in (_of_network(network) | _of_care(care) | _of_journey(journeys)).items():
        _add(router, live, path, drawn)
    return router


def _add(router: APIRouter, live: Live, path: str, drawn: Drawn) -> None:
    @router.get(path, response_class=EventSourceResponse)
    async def stream(request: Request, draw: Annotated[Draw, Depends(drawn)]) -> AsyncIterator[ServerSentEvent]:
        async for event in live.follow(request, draw):
            yield event


def _of_network(views: NetworkViews) -> dict[str, Drawn]:
    async def now() -> Draw:
        return views.now

    async def facilities() -> Draw:
        return views.facilities

    async def facility(facility_id: UUID, week: Week = None) -> Draw:
        return partial(views.facility, facility_id=facility_id, day=week)

    async def figures(facility_id: UUID | None = None) -> Draw:
        return partial(views.figures, facility_id=facility_id)

    return {"/now": now, "/facilities": facilities, "/facilities/{facility_id}": facility, "/figures": figures}


def _of_care(views: CareViews) -> dict[str, Drawn]:
    async def journeys(only: JourneysChosen) -> Draw:
        return partial(views.journeys, only=only, after=None)

    async def worklist(only: WorkChosen) -> Draw:
        return partial(views.worklist, only=only, after=None)

    async def messages(only: MessagesChosen) -> Draw:
        return partial(views.messages, only=only, after=None)

    return {"/journeys": journeys, "/worklist": worklist, "/messages": messages}


def _of_journey(views: JourneyViews) -> dict[str, Drawn]:
    async def journey(episode_id: UUID, only: EntriesChosen, whole: bool = False) -> Draw:
        return partial(views.journey, episode_id=episode_id, only=only, whole=whole)

    return {"/journeys/{episode_id}": journey}
