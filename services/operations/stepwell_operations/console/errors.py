"""What a person sees when a page cannot be shown: a page too, with the status that a program would get."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from stepwell_kernel.errors import Kind, StepwellError
from stepwell_operations.console.gate import Gate
from stepwell_operations.console.rendering import Templates
from stepwell_operations.domain.access import opens_journeys
from stepwell_runtime.http.problems import STATUS, Unauthenticated, on_http_exception

#: Said to people; what programs are told names the action.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "not_granted": "Your roles do not open this page.",
        "facility_out_of_scope": "This lies outside of your facilities.",
    }
)

NO_SUCH_PAGE = HTTPStatus.NOT_FOUND, "no_such_page", "the address does not lead anywhere"
HTML = "text/html"

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def console_route(templates: Templates) -> type[APIRoute]:
    """The class of the console's routes, which answer errors as pages."""

    class ConsoleRoute(APIRoute):
        """Catches what its endpoint and their dependencies raise; a bug passes on to the last handler."""

        def get_route_handler(self) -> Handler:
            """The handler of the framework with pages for errors around it."""
            handler = super().get_route_handler()

            async def handled(request: Request) -> Response:
                try:
                    return await handler(request)
                except StepwellError as error:
                    if error.kind is Kind.BUG:
                        raise
                    return error_page(templates, request, STATUS[error.kind], error.code, error.detail)
                except Unauthenticated as error:
                    status = HTTPStatus.UNAUTHORIZED
                    return error_page(templates, request, status, error.code, error.detail)
                except RequestValidationError as error:
                    return error_page(templates, request, *wrong_address(error))

            return handled

    return ConsoleRoute


def unknown_address(templates: Templates, gate: Gate) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Answers what no route knows: a browser with a page that leads on, a program with a problem document."""

    async def handled(request: Request, error: Exception) -> Response:
        is_unknown = isinstance(error, HTTPException) and error.status_code == HTTPStatus.NOT_FOUND
        if not is_unknown or HTML not in request.headers.get("accept", ""):
            return on_http_exception(request, error)
        request.state.session = await gate.watcher(request)
        return error_page(templates, request, *NO_SUCH_PAGE)

    return handled


def wrong_address(error: RequestValidationError) -> tuple[HTTPStatus, str, str]:
    """Status, code and detail of an address that leads nowhere, or to a page that cannot show what is asked of it."""
    places = [item["loc"] for item in error.errors()]
    if any(place[0] == "path" for place in places):
        return NO_SUCH_PAGE
    names = ", ".join(str(place[-1]) for place in places)
    detail = f"the page cannot show what the address asks for in {names}"
    return HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", detail


def error_page(templates: Templates, request: Request, status: HTTPStatus, code: str, detail: str) -> HTMLResponse:
    """The page of an error; with the person's name where somebody is signed in."""
    session = getattr(request.state, "session", None)
    values = {
        "session": session,
        "opens_journeys": session is not None and opens_journeys(session.caller),
        "status": status,
        "code": code,
        "detail": WORDS.get(code, f"{detail[:1].upper()}{detail[1:]}."),
        "pulse": None,
    }
    headers = {"Cache-Control": "no-store", "X-Problem-Code": code}
    return HTMLResponse(templates.render("error.html", values), status, headers)
