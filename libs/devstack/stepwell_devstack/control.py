"""The supervisor's control interface over loopback HTTP, for the holder of the token: parts, clock, kills."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from stepwell_devstack.clock_file import ClockFile, machine_now, segment_document
from stepwell_devstack.loopback import LOOPBACK_HOSTS
from stepwell_devstack.supervisor import Supervisor
from stepwell_kernel.clock import Segment
from stepwell_kernel.errors import Invalid, Kind, StepwellError

_LARGEST_BODY = 1_024
_STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.FORBIDDEN: 403,
    Kind.UNAVAILABLE: 503,
}

#: Tells the open journeys that the clock has another segment; answers how many were told.
Nudge = Callable[[Segment], Awaitable[int]]


class _Routes:
    """What the supervisor answers."""

    def __init__(self, supervisor: Supervisor, clock_file: ClockFile, nudge: Nudge) -> None:
        self._supervisor = supervisor
        self._clock_file = clock_file
        self._nudge = nudge

    async def parts(self, _: Request) -> Response:
        """GET: the state of every part."""
        return JSONResponse({"parts": parts_document(self._supervisor)})

    async def kill(self, request: Request) -> Response:
        """POST: end a part's process without warning; the supervisor starts it again."""
        return JSONResponse({"pid": self._supervisor.kill(request.path_params["name"])}, 202)

    async def clock(self, _: Request) -> Response:
        """GET: wall time, domain time and every segment."""
        segments = self._clock_file.segments()
        wall = machine_now()
        begun = [segment for segment in segments if segment.wall_from <= wall]
        return JSONResponse(
            {
                "wall": wall.isoformat(),
                "domain": self._clock_file.time().domain_at(wall).isoformat(),
                "factor": begun[-1].factor if begun else 1.0,
                "segments": [segment_document(segment) for segment in segments],
            }
        )

    async def scale(self, request: Request) -> Response:
        """POST: let domain time run at another factor from a moment ahead, and tell the open journeys."""
        factor = _factor(await _body(request))
        try:
            segment = self._clock_file.append(factor)
        except ValueError as error:
            raise Invalid("factor_out_of_range", str(error)) from error
        nudged = await self._nudge(segment)
        return JSONResponse({"segment": segment_document(segment), "nudged": nudged})


def control_app(supervisor: Supervisor, clock_file: ClockFile, nudge: Nudge, token: str) -> Starlette:
    """The control interface, closed to everyone without the token."""
    routes = _Routes(supervisor, clock_file, nudge)
    return Starlette(
        routes=[
            Route("/parts", routes.parts),
            Route("/parts/{name}/kill", routes.kill, methods=["POST"]),
            Route("/clock", routes.clock),
            Route("/clock", routes.scale, methods=["POST"]),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK_HOSTS)),
            Middleware(_TokenRequired, token=token),
        ],
        exception_handlers={StepwellError: _problem},
    )


def parts_document(supervisor: Supervisor) -> dict[str, dict[str, Any]]:
    """Every part's stage, process, restarts, the exit status of its last end, and address."""
    return {
        name: {
            "state": state.stage,
            "pid": state.pid,
            "restarts": state.restarts,
            "ended_with": state.ended_with,
            "address": state.address,
        }
        for name, state in supervisor.states().items()
    }


class _TokenRequired:
    """Lets requests pass that carry the token as bearer."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = dict(scope["headers"]).get(b"authorization", b"") if scope["type"] == "http" else b""
        if hmac.compare_digest(sent, self._expected):
            await self._app(scope, receive, send)
            return
        document = {"type": "about:blank", "status": 401, "code": "token_required"}
        headers = {"WWW-Authenticate": "Bearer"}
        answer = JSONResponse(document, 401, headers, media_type="application/problem+json")
        await answer(scope, receive, send)


async def _body(request: Request) -> Any:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise Invalid("body_too_large", f"the body is larger than {_LARGEST_BODY} bytes")
    try:
        return json.loads(body)
    except ValueError as error:
        raise Invalid("malformed_json", "the body must be JSON") from error


def _factor(document: Any) -> float:
    match document:
        case {"factor": bool()}:
            pass
        case {"factor": int() | float() as factor, **others} if not others:
            return float(factor)
    raise Invalid("factor_missing", 'the body must be {"factor": <domain seconds to a wall second>}')


async def _problem(_: Request, error: Exception) -> Response:
    if not isinstance(error, StepwellError):
        raise error
    status = _STATUS.get(error.kind, 500)
    document = {"type": "about:blank", "status": status, "code": error.code, "detail": error.detail}
    return JSONResponse(document, status, media_type="application/problem+json")
