"""Who has seats in sessions: whom a change of the timetable concerns."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.store.bookings import COLUMNS, Booking, booking_of

PATIENTS = "select distinct patient_id from booking where session_id = any($1) and state in ('booked', 'replaced')"

BOOKED = f"""
select {COLUMNS} from booking b join session s using (session_id)
where b.session_id = any($1) and b.state = 'booked'
order by s.starts_at, b.booking_id
"""

CANCEL_HELD = """
with held as (
    update booking set state = 'cancelled', reason_code = $2
    where session_id = $1 and state = 'replaced'
    returning true
)
update session set taken = taken - (select count(*) from held) where session_id = $1
"""


async def patients_with_seats(tx: Transaction, session_ids: Sequence[UUID]) -> set[UUID]:
    """The patients with a seat in one of the sessions, also with one that an open exchange holds."""
    return {row["patient_id"] for row in await tx.connection.fetch(PATIENTS, session_ids)}


async def bookings_of_sessions(tx: Transaction, session_ids: Sequence[UUID]) -> list[Booking]:
    """The bookings of the sessions that stand, by start."""
    return [booking_of(row) for row in await tx.connection.fetch(BOOKED, session_ids)]


async def cancel_held(tx: Transaction, session_id: UUID, reason_code: str) -> None:
    """Cancel for good the seats of a session that open exchanges hold; they were told as cancelled when given up."""
    await tx.connection.execute(CANCEL_HELD, session_id, reason_code)
