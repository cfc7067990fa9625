"""The mark that moves with every applied batch."""

from stepwell_postgres.pool import Connection

MARK = "select number from projection_mark"


async def projection_mark(connection: Connection) -> int:
    """The number of the last batch that was committed."""
    number: int = await connection.fetchval(MARK)
    return number
