"""One look into a database: everything that is read of it is of one moment, and nothing can be changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from stepwell_kernel.errors import Unavailable
from stepwell_postgres.pool import TRANSIENT_ERRORS, Connection

CLOSE_WITHIN_S = 5.0

ONE_MOMENT = "begin transaction isolation level repeatable read read only"


@asynccontextmanager
async def looking_into(url: str) -> AsyncIterator[Connection]:
    """A connection in a snapshot; Unavailable (`database_unavailable`) when there is no way in, or it goes away."""
    name = url.rsplit("/", 1)[1]
    try:
        connection = await asyncpg.connect(url, ssl=False)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise Unavailable("database_unavailable", f"the auditor cannot read {name}") from error
    try:
        await connection.execute(ONE_MOMENT)
        yield connection
    except TRANSIENT_ERRORS as error:
        raise Unavailable("database_unavailable", f"{name} went away while the auditor was reading") from error
    finally:
        await connection.close(timeout=CLOSE_WITHIN_S)
