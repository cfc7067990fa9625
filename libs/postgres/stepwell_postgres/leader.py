"""One active process per database and purpose, by an advisory lock on a connection of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

RETRY_S = 0.5


@dataclass(frozen=True, slots=True)
class Lead:
    """Leadership while the connection that holds the lock lives."""

    connection: "asyncpg.Connection[asyncpg.Record]"

    def is_held(self) -> bool:
        """Whether the connection is still open; when it breaks, leadership is over."""
        return not self.connection.is_closed()


class Leadership:
    """Waits for the lock `key` in the database of `url` and holds it on a direct connection."""

    def __init__(self, url: str, key: int, *, application: str) -> None:
        self._url = url
        self._key = key
        self._application = application

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[Lead]:
        """Wait until this process leads; leave the block to step down. Raises what asyncpg raises on a lost server."""
        connection = await asyncpg.connect(
            self._url,
            ssl=False,
            command_timeout=15,
            server_settings={"application_name": self._application, "tcp_keepalives_idle": "5"},
        )
        try:
            while not await connection.fetchval("select pg_try_advisory_lock($1)", self._key):
                await asyncio.sleep(RETRY_S)
            yield Lead(connection)
        finally:
            connection.terminate()
