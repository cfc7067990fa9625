"""Journeys by the end of their id, which is all that pages show of it."""

from collections.abc import Sequence

from stepwell_contracts.http.operations_network import FoundEpisode
from stepwell_operations.store.scope import facilities_of, own
from stepwell_postgres.transaction import Transaction

ENDING = f"""
select 'episode' as kind, episode_id, facility_id, phase from journey
where {own("facility_id")} and right(episode_id::text, 8) = $2
order by opened_at desc, episode_id
"""


async def episodes_ending(tx: Transaction, end: str) -> Sequence[FoundEpisode]:
    """The episodes in the caller's scope whose id ends with these eight hexadecimal digits, the latest first."""
    return [FoundEpisode(**row) for row in await tx.connection.fetch(ENDING, facilities_of(tx.caller), end)]
