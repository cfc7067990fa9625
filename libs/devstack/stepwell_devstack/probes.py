"""Questions to a part that is starting; no answer is an answer."""

import asyncio

from stepwell_devstack.loopback import LOOPBACK

_PATIENCE_SECONDS = 2.0


async def answers_ok(port: int, path: str) -> bool:
    """Whether a server at this port of the loopback address answers GET with 200 in time."""
    request = f"GET {path} HTTP/1.0\r\nHost: {LOOPBACK}\r\n\r\n".encode("ascii")
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(request)
                status_line = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return status_line.split(b" ")[1:2] == [b"200"]


async def listens(port: int) -> bool:
    """Whether something accepts connections at this port of the loopback address."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            _, writer = await asyncio.open_connection(LOOPBACK, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
