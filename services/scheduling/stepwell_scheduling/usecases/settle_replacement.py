"""The episode has changed its phase, program or facility: what it gave up for that is free for others."""

from uuid import UUID

from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.store.replacements import (
    cancel_given_up,
    close_replacement,
    given_up_by,
    open_replacements,
)
from stepwell_scheduling.store.sessions import give_seats_back


async def settle_replacement(tx: Transaction, episode_id: UUID) -> None:
    """Free the held seats of the episode's open replacements; nothing is told, they were cancelled when given up."""
    for replacement_id in await open_replacements(tx, episode_id):
        given_up = await given_up_by(tx, replacement_id)
        reason_code = await close_replacement(tx, replacement_id, "settled")
        if reason_code is not None:
            await cancel_given_up(tx, replacement_id, reason_code)
            await give_seats_back(tx, [booking.session_id for booking in given_up])
