"""HTTP servers of the local platform: on the loopback address alone, several to a process."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette

LOOPBACK = "127.0.0.1"

#: The host names a browser may use; any other is a page elsewhere that was made to resolve to this machine.
LOOPBACK_HOSTS = (LOOPBACK, "localhost")


@asynccontextmanager
async def serve_http(app: Starlette, port: int) -> AsyncIterator[int]:
    """Serve the app on this port (0: a free one); yields the port that listens. Signals stay the caller's."""
    listener = listen(port)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    ticking = asyncio.create_task(server.main_loop(), name=f"http {port}")
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await ticking
        await server.shutdown(sockets=[listener])


def listen(port: int) -> socket.socket:
    """A listening socket on the loopback address; OSError when the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError:
        listener.close()
        raise
    return listener
