"""The read side of scheduling."""

from datetime import datetime
from uuid import UUID

from stepwell_contracts.http.scheduling import SessionView
from stepwell_kernel.codes import Modality
from stepwell_postgres.transaction import Transaction

SESSIONS = """
select session_id, facility_id, program_id, group_id, modality, starts_at, ends_at, capacity, taken
from session
where facility_id = $1 and starts_at >= $2 and starts_at < $3 and ($4::uuid is null or program_id = $4)
order by starts_at, session_id
limit 500
"""

UNMARKED = """
select b.booking_id, b.episode_id, b.facility_id, s.ends_at
from booking b join session s using (session_id)
where b.facility_id = $1 and b.state = 'booked' and b.attendance is null and s.ends_at <= $2
      and (s.ends_at, b.booking_id) > ($3, $4)
order by s.ends_at, b.booking_id
limit $5
"""


async def sessions_between(
    tx: Transaction, facility_id: UUID, begin: datetime, end: datetime, program_id: UUID | None
) -> tuple[SessionView, ...]:
    """Up to 500 sessions of a facility that start in [begin, end), by start."""
    rows = await tx.connection.fetch(SESSIONS, facility_id, begin, end, program_id)
    return tuple(SessionView(**(dict(row) | {"modality": Modality(row["modality"])})) for row in rows)


async def unmarked_bookings(
    tx: Transaction, facility_id: UUID, ended_by: datetime, after: tuple[datetime, UUID], most: int
) -> list[tuple[UUID, UUID, UUID, datetime]]:
    """Bookings whose session has ended without attendance: booking, episode, facility, end; after a position."""
    rows = await tx.connection.fetch(UNMARKED, facility_id, ended_by, *after, most)
    return [(row["booking_id"], row["episode_id"], row["facility_id"], row["ends_at"]) for row in rows]
