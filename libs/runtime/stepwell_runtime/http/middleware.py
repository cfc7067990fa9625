"""Pure ASGI middleware: one span and one observation per request, and a limit to its body."""

import logging
import time
from http import HTTPStatus

from opentelemetry.trace import SpanKind, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stepwell_runtime import spans
from stepwell_runtime.http.problems import bug, problem
from stepwell_runtime.metrics import HttpMetrics
from stepwell_runtime.telemetry import remote_context, spanning

BODY_LIMIT = 1024 * 1024
UNTRACED = frozenset({"/live", "/ready", "/metrics"})
CLIENT_WENT_AWAY = 499
SERVER_ERROR = 500

logger = logging.getLogger(__name__)


class BodyLimit:
    """Refuses bodies over 1 MiB with 413, by the declared length at once, by what arrives in any case."""

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._limit:
            await self._refuse(scope, receive, send)
            return
        received, chunks = 0, []
        more = _has_body(scope)
        while more:
            message = await receive()
            if message["type"] != "http.request":
                chunks.append(message)
                break
            received += len(message.get("body", b""))
            if received > self._limit:
                await self._refuse(scope, receive, send)
                return
            chunks.append(message)
            more = message.get("more_body", False)

        async def replay() -> Message:
            return chunks.pop(0) if chunks else await receive()

        await self._app(scope, replay, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", f"a body has at most {self._limit} bytes"
        )
        await answer(scope, receive, send)


def _has_body(scope: Scope) -> bool:
    return any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])


class Observed:
    """One server span `METHOD /route/{template}` and one histogram observation per request; probes are left out.

    An error that nobody handled is answered here, inside the span, so that the answer names the trace.
    """

    def __init__(self, app: ASGIApp, metrics: HttpMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or scope["path"] in UNTRACED:
            await self._app(scope, receive, send)
            return
        header = dict(scope["headers"]).get(b"traceparent")
        parent = remote_context(header.decode("latin-1") if header else None)
        begun = time.perf_counter()
        status: int | None = None
        code: bytes | None = None

        async def sending(message: Message) -> None:
            nonlocal status, code
            if message["type"] == "http.response.start":
                status = message["status"]
                code = dict(message["headers"]).get(b"x-problem-code")
            await send(message)

        with spanning(scope["method"], SpanKind.SERVER, parent, **{spans.METHOD: scope["method"]}) as span:
            try:
                await self._app(scope, receive, sending)
            except Exception as error:
                logger.exception("request_raised", extra={"method": scope["method"], "route": _route_template(scope)})
                span.set_attribute(spans.ERROR, type(error).__name__)
                if status is not None:
                    raise
                await bug()(scope, receive, sending)
            finally:
                route = _route_template(scope)
                span.update_name(f"{scope['method']} {route}")
                span.set_attributes({spans.ROUTE: route, spans.STATUS: status or CLIENT_WENT_AWAY})
                if status is not None and status >= SERVER_ERROR:
                    span.set_status(StatusCode.ERROR)
                self._observe(scope["method"], route, status, code, time.perf_counter() - begun)

    def _observe(self, method: str, route: str, status: int | None, code: bytes | None, seconds: float) -> None:
        """A request without an answer, because its client went away, counts as 499 as with nginx."""
        answered = CLIENT_WENT_AWAY if status is None else status
        self._metrics.duration.labels(route, method, str(answered)).observe(seconds)
        if code is not None:
            self._metrics.problems.labels(code.decode()).inc()
        if answered >= SERVER_ERROR:
            extra = {"method": method, "route": route, "status": answered, "code": (code or b"").decode()}
            logger.error("request_failed", extra=extra)


def _route_template(scope: Scope) -> str:
    """The template of the route, never the path: paths hold ids."""
    route = scope.get("route")
    return str(getattr(route, "path", "unknown"))
