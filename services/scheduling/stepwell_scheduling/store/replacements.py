"""Exchanges of seats when an episode changes its program, facility or phase."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.store.bookings import COLUMNS, Booking, booking_of

INSERT = """
insert into replacement (replacement_id, tenant_id, episode_id, reason_code, state, made_at)
values ($1, $2, $3, $4, 'made', $5)
"""

CLOSE = "update replacement set state = $2 where replacement_id = $1 and state = 'made' returning reason_code"

OPEN_OF_EPISODE = "select replacement_id from replacement where episode_id = $1 and state = 'made' for update"

GIVE_UP = "update booking set state = 'replaced', given_up_by = $2 where booking_id = any($1) and state = 'booked'"

GIVEN_UP = f"""
select {COLUMNS} from booking b join session s using (session_id)
where b.given_up_by = $1 and b.state = 'replaced'
order by s.starts_at, b.booking_id
"""

MADE_BY = f"""
select {COLUMNS} from booking b join session s using (session_id)
where b.booked_by = $1 and b.state = 'booked'
order by s.starts_at, b.booking_id
"""

REBOOK = "update booking set state = 'booked', given_up_by = null where booking_id = $1"

SETTLE = "update booking set state = 'cancelled', reason_code = $2 where given_up_by = $1 and state = 'replaced'"


async def insert_replacement(tx: Transaction, replacement_id: UUID, episode_id: UUID, reason_code: str) -> None:
    """Begin an exchange."""
    await tx.connection.execute(INSERT, replacement_id, tx.tenant, episode_id, reason_code, tx.now)


async def close_replacement(tx: Transaction, replacement_id: UUID, state: str) -> str | None:
    """End an exchange as settled or undone: its reason; None when it has ended before or never began."""
    reason_code: str | None = await tx.connection.fetchval(CLOSE, replacement_id, state)
    return reason_code


async def open_replacements(tx: Transaction, episode_id: UUID) -> list[UUID]:
    """The exchanges of the episode that have not ended."""
    return [row["replacement_id"] for row in await tx.connection.fetch(OPEN_OF_EPISODE, episode_id)]


async def give_up(tx: Transaction, bookings: Sequence[Booking], replacement_id: UUID) -> None:
    """Give the bookings up; their seats stay taken until the exchange ends."""
    await tx.connection.execute(GIVE_UP, [booking.booking_id for booking in bookings], replacement_id)


async def given_up_by(tx: Transaction, replacement_id: UUID) -> list[Booking]:
    """The bookings that the exchange gave up, by start."""
    return [booking_of(row) for row in await tx.connection.fetch(GIVEN_UP, replacement_id)]


async def made_by(tx: Transaction, replacement_id: UUID) -> list[Booking]:
    """The bookings that the exchange made and that stand, by start."""
    return [booking_of(row) for row in await tx.connection.fetch(MADE_BY, replacement_id)]


async def rebook(tx: Transaction, booking_id: UUID) -> None:
    """Let a given-up booking stand again."""
    await tx.connection.execute(REBOOK, booking_id)


async def cancel_given_up(tx: Transaction, replacement_id: UUID, reason_code: str) -> None:
    """Cancel for good what the exchange gave up."""
    await tx.connection.execute(SETTLE, replacement_id, reason_code)
