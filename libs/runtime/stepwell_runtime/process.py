"""A process of the platform: its roles, its tasks, its one HTTP port, and its end."""

import asyncio
import faulthandler
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from typing import Any, TypeVar

import uvicorn
import uvloop
from fastapi import FastAPI
from opentelemetry import trace
from prometheus_client import CollectorRegistry

from stepwell_kernel.clock import Clock
from stepwell_runtime.clock import open_clock
from stepwell_runtime.health import Health
from stepwell_runtime.http.app import create_app
from stepwell_runtime.http.auth import Authenticator
from stepwell_runtime.keys import FileKeys, KeyProvider
from stepwell_runtime.logging import open_logging
from stepwell_runtime.settings import PlatformSettings
from stepwell_runtime.telemetry import open_telemetry

STOP_WITHIN_S = 8.0

Entered = TypeVar("Entered")
Work = Callable[[], Coroutine[Any, Any, None]]
Wire = Callable[["Process"], Coroutine[Any, Any, int]]

logger = logging.getLogger(__name__)


class Process:
    """What a service's wiring works with: it opens what it needs, says what runs, and adds routes to the app."""

    def __init__(self, name: str, roles: frozenset[str], settings: PlatformSettings, stack: AsyncExitStack) -> None:
        self.name = name
        self.roles = roles
        self.settings = settings
        self.health = Health()
        self.registry = CollectorRegistry()
        self.clock: Clock = open_clock(settings.clock)
        self.keys: KeyProvider = FileKeys(settings.keys)
        self.app: FastAPI = create_app(
            f"Stepwell {name}", self.health, self.registry, Authenticator(settings.issuer, name)
        )
        self.tasks: dict[str, Work] = {}
        self._stack = stack

    async def enter(self, context: AbstractAsyncContextManager[Entered]) -> Entered:
        """Open something that is closed, in reverse order, when the process ends."""
        return await self._stack.enter_async_context(context)

    def closing(self, close: Work) -> None:
        """Call this when the process ends."""
        self._stack.push_async_callback(close)

    def run(self, name: str, task: Work) -> None:
        """Have a task run as long as the process; when it fails the process ends, to be started afresh."""
        self.tasks[name] = task


def run_process(name: str, known_roles: frozenset[str], wire: Wire) -> None:
    """Run the roles named on the command line (all of them without any) until SIGTERM or SIGINT.

    `wire` returns the port to serve on. Exits with 2 for an unknown role, with 1 when a task failed.
    """
    roles = frozenset(sys.argv[1:]) or known_roles
    if unknown := roles - known_roles:
        sys.stderr.write(f"unknown role {', '.join(sorted(unknown))}; known: {', '.join(sorted(known_roles))}\n")
        sys.exit(2)
    # A crash in a library's native code leaves the places of the code behind, no values.
    faulthandler.enable()
    settings = PlatformSettings()
    open_logging(settings.log_level)
    provider = open_telemetry(name, settings.spans)
    trace.set_tracer_provider(provider)
    try:
        failed = uvloop.run(_run(name, roles, settings, wire))
    finally:
        provider.shutdown()
    sys.exit(1 if failed else 0)


async def _run(name: str, roles: frozenset[str], settings: PlatformSettings, wire: Wire) -> bool:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    failed = False
    async with AsyncExitStack() as stack:
        process = Process(name, roles, settings, stack)
        wiring = asyncio.create_task(wire(process))
        if not await _first(wiring, stop):
            wiring.cancel()
            return False
        port = wiring.result()
        server = _server(process.app, port)
        tasks = [asyncio.create_task(task(), name=label) for label, task in process.tasks.items()]
        tasks.append(asyncio.create_task(server.serve(), name="http"))
        process.health.wired()
        logger.info("started", extra={"role": ",".join(sorted(roles)), "address": f"127.0.0.1:{port}"})
        ended, _ = await asyncio.wait(
            [*tasks, asyncio.create_task(stop.wait(), name="stop")], return_when=asyncio.FIRST_COMPLETED
        )
        failed = not stop.is_set()
        for task in ended:
            _report(task)
        server.should_exit = True
        await _cancel(tasks)
    return failed


async def _first(wiring: asyncio.Task[int], stop: asyncio.Event) -> bool:
    """Whether the wiring was done before the process was told to stop."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([wiring, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    return wiring.done()


def _report(task: "asyncio.Task[object]") -> None:
    if task.get_name() == "stop" or task.cancelled():
        return
    error = task.exception()
    exc_info = (type(error), error, error.__traceback__) if error else None
    logger.error("task_ended", extra={"task": task.get_name()}, exc_info=exc_info)


async def _cancel(tasks: list["asyncio.Task[None]"]) -> None:
    """The HTTP server ends by itself; everything else is cancelled, and waited for a while."""
    for task in tasks:
        if task.get_name() != "http":
            task.cancel()
    await asyncio.wait(tasks, timeout=STOP_WITHIN_S)


class _Server(uvicorn.Server):
    """A server that leaves signals to the process, in which it is one part of several."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _server(app: FastAPI, port: int) -> uvicorn.Server:
    return _Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
            http="httptools",
            timeout_graceful_shutdown=3,
            server_header=False,
        )
    )
