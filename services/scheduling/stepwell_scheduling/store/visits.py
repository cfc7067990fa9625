"""Visits: sessions of one patient."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.sessions import Session
from stepwell_scheduling.store.sessions import COLUMNS, session_of

EMPTY = f"""
select {COLUMNS} from session
where session_id = any($1) and group_id is null and state = 'scheduled' and taken = 0 and starts_at > $2
order by session_id
"""


async def empty_visits(tx: Transaction, session_ids: Sequence[UUID]) -> list[Session]:
    """Those of the sessions that are visits ahead in which nobody has the seat."""
    return [session_of(row) for row in await tx.connection.fetch(EMPTY, session_ids, tx.now)]
