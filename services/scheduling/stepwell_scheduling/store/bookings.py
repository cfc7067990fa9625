"""Bookings of seats."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import AttendanceState, Modality
from stepwell_kernel.errors import NotFound
from stepwell_postgres.transaction import Transaction

INSERT = """
insert into booking (booking_id, tenant_id, facility_id, session_id, episode_id, patient_id, state, booked_by,
                     booked_at)
values ($1, $2, $3, $4, $5, $6, 'booked', $7, $8)
"""

COLUMNS = """b.booking_id, b.facility_id, b.session_id, b.episode_id, b.patient_id, b.state, b.attendance, b.minutes,
       s.modality, s.starts_at, s.ends_at"""

FIND = f"select {COLUMNS} from booking b join session s using (session_id) where b.booking_id = $1"

FUTURE = f"""
select {COLUMNS} from booking b join session s using (session_id)
where b.episode_id = $1 and b.state = 'booked' and s.starts_at > $2
order by s.starts_at, b.booking_id
"""

OF_EPISODE = f"""
select {COLUMNS} from booking b join session s using (session_id)
where b.episode_id = $1
order by s.starts_at, b.booking_id
"""

ATTENDED = "update booking set attendance = $2, minutes = $3 where booking_id = $1"

CANCEL = """
update booking set state = 'cancelled', reason_code = $2
where booking_id = $1 and state = 'booked'
"""


@dataclass(frozen=True, slots=True)
class Booking:
    """A seat of an episode in a session."""

    booking_id: UUID
    facility_id: UUID
    session_id: UUID
    episode_id: UUID
    patient_id: UUID
    state: str
    attendance: str | None
    minutes: int | None
    modality: Modality
    starts_at: datetime
    ends_at: datetime

    @property
    def session_minutes(self) -> int:
        """Length of the session in minutes."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


def booking_of(row: asyncpg.Record) -> Booking:
    """A row with COLUMNS."""
    return Booking(
        row["booking_id"],
        row["facility_id"],
        row["session_id"],
        row["episode_id"],
        row["patient_id"],
        row["state"],
        row["attendance"],
        row["minutes"],
        Modality(row["modality"]),
        row["starts_at"],
        row["ends_at"],
    )


async def insert_booking(tx: Transaction, booking: Booking, *, replacement_id: UUID | None = None) -> None:
    """Store a booking, with the replacement that made it, if one did."""
    await tx.connection.execute(
        INSERT,
        booking.booking_id,
        tx.tenant,
        booking.facility_id,
        booking.session_id,
        booking.episode_id,
        booking.patient_id,
        replacement_id,
        tx.now,
    )


async def find_booking(tx: Transaction, booking_id: UUID) -> Booking:
    """The booking, or NotFound."""
    row = await tx.connection.fetchrow(FIND, booking_id)
    if row is None:
        raise NotFound("booking_not_found", "there is no such booking")
    return booking_of(row)


async def mark_cancelled(tx: Transaction, booking_id: UUID, reason_code: str) -> None:
    """Cancel a booking that stands."""
    await tx.connection.execute(CANCEL, booking_id, reason_code)


async def store_attendance(tx: Transaction, booking_id: UUID, state: AttendanceState, minutes: int) -> None:
    """Store what became of the seat."""
    await tx.connection.execute(ATTENDED, booking_id, state, minutes)


async def future_bookings(tx: Transaction, episode_id: UUID) -> list[Booking]:
    """The bookings of an episode that stand and have not started, by start."""
    return [booking_of(row) for row in await tx.connection.fetch(FUTURE, episode_id, tx.now)]


async def bookings_of_episode(tx: Transaction, episode_id: UUID) -> list[Booking]:
    """All bookings of an episode, by start."""
    return [booking_of(row) for row in await tx.connection.fetch(OF_EPISODE, episode_id)]
