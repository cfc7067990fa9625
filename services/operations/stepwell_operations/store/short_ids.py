"""Journeys by the end of their id, which is all that pages show of it."""

from collections.abc import Sequence

from stepwell_contracts.http.operations_network import FoundEpisode
from stepwell_operations.store.scope import facilities_of
from stepwell_postgres.transaction import Transaction

ENDING = """
select 'episode' as kind, episode_id, facility_id, phase from journey
where right(episode_id::text, 8) = $1 and ($2::uuid[] is null or facility_id = any($2))
order by opened_at desc, episode_id
"""


async def episodes_ending(tx: Transaction, end: str) -> Sequence[FoundEpisode]:
    """The episodes in the caller's scope whose id ends with these eight hexadecimal digits, the latest first."""
    return [FoundEpisode(**row) for row in await tx.connection.fetch(ENDING, end, facilities_of(tx.caller))]
