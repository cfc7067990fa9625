"""Bookings of seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import Modality
from stepwell_kernel.errors import NotFound
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.attendance import Attendance, Counted
from stepwell_scheduling.domain.rules import RuleVersion

INSERT = """
insert into booking (booking_id, tenant_id, facility_id, session_id, episode_id, patient_id, state, booked_by,
                     booked_at, rules, makes_up)
values ($1, $2, $3, $4, $5, $6, 'booked', $7, $8, $9, $10)
"""

COLUMNS = """b.booking_id, b.facility_id, b.session_id, b.episode_id, b.patient_id, b.state, b.attendance, b.minutes,
       s.modality, s.starts_at, s.ends_at, b.late_minutes, b.counts_as, b.makes_up"""

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

ATTENDED = """
update booking set attendance = $2, minutes = $3, late_minutes = $4, counts_as = $5, attendance_rule = $6
where booking_id = $1
"""

MOVE = "update booking set session_id = $2, rules = $3 where booking_id = $1"

KEEP_RULES = "update booking set rules = $2 where session_id = $1 and state = 'booked'"

MAKE_UP = "select booking_id from booking where makes_up = $1 and state = 'booked'"

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
    late_minutes: int | None = None
    counts_as: Counted | None = None
    makes_up: UUID | None = None

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
        row["late_minutes"],
        Counted(row["counts_as"]) if row["counts_as"] else None,
        row["makes_up"],
    )


async def insert_booking(
    tx: Transaction,
    booking: Booking,
    *,
    rules: Sequence[str],
    replacement_id: UUID | None = None,
    makes_up: UUID | None = None,
) -> None:
    """Store a booking, with the versions of the rules that let it be made.

    `replacement_id` is the exchange that made it, `makes_up` the missed booking that it makes up for, if there is one.
    """
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
        rules,
        makes_up,
    )


async def find_booking(tx: Transaction, booking_id: UUID) -> Booking:
    """The booking, or NotFound."""
    row = await tx.connection.fetchrow(FIND, booking_id)
    if row is None:
        raise NotFound("booking_not_found", "there is no such booking")
    return booking_of(row)


async def make_up_of(tx: Transaction, booking_id: UUID) -> UUID | None:
    """The booking that stands to make up for a missed one."""
    made_up: UUID | None = await tx.connection.fetchval(MAKE_UP, booking_id)
    return made_up


async def mark_cancelled(tx: Transaction, booking_id: UUID, reason_code: str) -> None:
    """Cancel a booking that stands."""
    await tx.connection.execute(CANCEL, booking_id, reason_code)


async def move_to_session(tx: Transaction, booking_id: UUID, session_id: UUID, rules: Sequence[str]) -> None:
    """Put a booking into another session, under these versions of rules."""
    await tx.connection.execute(MOVE, booking_id, session_id, rules)


async def keep_rules(tx: Transaction, session_id: UUID, rules: Sequence[str]) -> None:
    """The bookings of a session that moved stand under these versions of rules."""
    await tx.connection.execute(KEEP_RULES, session_id, rules)


async def store_attendance(
    tx: Transaction, booking_id: UUID, given: Attendance, counted: Counted, rule: RuleVersion
) -> None:
    """Store what became of the seat and what it counts as under a rule."""
    await tx.connection.execute(
        ATTENDED, booking_id, given.state, given.minutes, given.late_minutes, counted, str(rule)
    )


async def future_bookings(tx: Transaction, episode_id: UUID) -> list[Booking]:
    """The bookings of an episode that stand and have not started, by start."""
    return [booking_of(row) for row in await tx.connection.fetch(FUTURE, episode_id, tx.now)]


async def bookings_of_episode(tx: Transaction, episode_id: UUID) -> list[Booking]:
    """All bookings of an episode, by start."""
    return [booking_of(row) for row in await tx.connection.fetch(OF_EPISODE, episode_id)]
