"""Missed bookings, and whether the patient has come again since."""

from uuid import UUID

from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.attendance import ATTENDED, MISSED
from stepwell_scheduling.store.bookings import COLUMNS, Booking, booking_of

OPEN_MISSED = "update booking set missed_open = true where booking_id = $1 and not missed_open returning true"

CLOSE_MISSED = "update booking set missed_open = false where episode_id = $1 and missed_open returning true"

LAST_DECISIVE = f"""
select {COLUMNS} from booking b join session s using (session_id)
where b.episode_id = $1 and (b.state = 'booked' or b.attendance = 'late_cancel')
      and (b.attendance = any($2) or b.attendance = any($3) and b.counts_as is distinct from 'absent')
order by s.starts_at desc, b.booking_id desc
limit 1
"""


async def open_missed(tx: Transaction, booking_id: UUID) -> bool:
    """Note that the booking is told as missed; False when that still stands from before."""
    return bool(await tx.connection.fetchval(OPEN_MISSED, booking_id))


async def close_missed(tx: Transaction, episode_id: UUID) -> bool:
    """Note that the patient's return is told; False when nothing told as missed was open."""
    return bool(await tx.connection.fetchval(CLOSE_MISSED, episode_id))


async def last_decisive(tx: Transaction, episode_id: UUID) -> Booking | None:
    """The latest booking, by start, that says whether the patient comes."""
    row = await tx.connection.fetchrow(LAST_DECISIVE, episode_id, sorted(MISSED), sorted(ATTENDED))
    return None if row is None else booking_of(row)
