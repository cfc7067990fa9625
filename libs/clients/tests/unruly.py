"""A small HTTP server on loopback whose next answers a test decides."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stepwell_devstack.ports import choose_port
from stepwell_testing.eventually import eventually

Behave = Callable[[], Awaitable[Response]]


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Unruly:
    """The server: `next` are its answers in order, the last one is repeated."""

    port: int
    next: deque[Behave] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}"

    def will(self, *answers: Behave) -> None:
        """What it does from now on."""
        self.next = deque(answers)

    async def answer(self, request: Request) -> Response:
        """Note the request and do the next thing."""
        body = await request.body()
        self.asked.append(
            Asked(request.method, request.url.path, dict(request.query_params), dict(request.headers), body)
        )
        behave = self.next.popleft() if len(self.next) > 1 else self.next[0]
        return await behave()


def says(status: int, document: object) -> Behave:
    """Answers with a JSON document."""

    async def behave() -> Response:
        return JSONResponse(document, status)

    return behave


def words(status: int, text: str) -> Behave:
    """Answers with a page that is no JSON, as a proxy does."""

    async def behave() -> Response:
        return Response(text, status)

    return behave


def problem(status: int, code: str, **more: object) -> Behave:
    """Answers with a problem document."""
    document = {"type": f"urn:stepwell:problem:{code}", "title": code, "status": status, "code": code, "detail": "why"}
    return says(status, {**document, **more})


def hangs() -> Behave:
    """Does not answer while anybody waits."""

    async def behave() -> Response:
        await asyncio.Event().wait()
        return Response()

    return behave


@asynccontextmanager
async def running_unruly(port: int | None = None) -> AsyncIterator[Unruly]:
    """The server, for as long as the block."""
    service = Unruly(port or choose_port(0))
    methods = ["GET", "POST", "PUT"]
    app = Starlette(routes=[Route("/{path:path}", service.answer, methods=methods)])
    config = uvicorn.Config(
        app, "127.0.0.1", service.port, log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=0
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    try:
        await eventually(lambda: server.started)
        yield service
    finally:
        server.should_exit = True
        await serving
