"""The connection pool of a process, and the errors after which the same work may be tried again."""

import json
from typing import TypeAlias
from urllib.parse import urlsplit

import asyncpg

from stepwell_kernel.errors import Unavailable

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

#: Seen when a server dies under a client, besides deadlocks and an answer that a restart cut off.
TRANSIENT_ERRORS: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,
    asyncpg.InterfaceError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,
    TimeoutError,
)


#: A text with NUL, or an escaped one inside JSON: valid for Python and for the sender, not for PostgreSQL.
UNSTORABLE_TEXT: tuple[type[Exception], ...] = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
)


async def open_pool(url: str, *, application: str, least: int = 1, most: int = 8) -> Pool:
    """A pool on the database of `url`; statements end after 15 s, an idle transaction after 30 s.

    Raises Unavailable (`database_unavailable`) while the server cannot be reached.
    """
    try:
        return await asyncpg.create_pool(
            url,
            min_size=least,
            max_size=most,
            ssl=False if urlsplit(url).hostname in {"127.0.0.1", "localhost"} else None,
            command_timeout=15,
            init=_prepare,
            reset=_leave_as_is,
            server_settings={
                "application_name": application,
                "timezone": "UTC",
                "idle_in_transaction_session_timeout": "30s",
                "statement_timeout": "15s",
            },
        )
    except TRANSIENT_ERRORS as error:
        raise Unavailable("database_unavailable", "the database cannot be reached") from error


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


async def _leave_as_is(connection: Connection) -> None:
    """No reset query, which would cost a round trip a transaction: no code changes the state of a connection.

    A transaction that was cut off half-way has been rolled back by asyncpg before this is called.
    """
