"""What notifications keeps of appointments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_postgres.transaction import Transaction

KEEP = """
insert into ref_appointment (booking_id, tenant_id, facility_id, starts_at, version)
values ($1, $2, $3, $4, $5)
on conflict (booking_id) do update
    set facility_id = excluded.facility_id, starts_at = excluded.starts_at, version = excluded.version
    where ref_appointment.version < excluded.version
"""

FIND = "select facility_id, starts_at from ref_appointment where booking_id = $1"


@dataclass(frozen=True, slots=True)
class Appointment:
    """Where and when."""

    facility_id: UUID
    starts_at: datetime


async def keep_appointment(tx: Transaction, booking_id: UUID, appointment: Appointment, version: int) -> None:
    """Store what an event of that version says, unless a later one is known."""
    arguments = (booking_id, tx.tenant, appointment.facility_id, appointment.starts_at, version)
    await tx.connection.execute(KEEP, *arguments)


async def find_appointment(tx: Transaction, booking_id: UUID) -> Appointment | None:
    """The appointment, if one was told of."""
    row = await tx.connection.fetchrow(FIND, booking_id)
    return Appointment(**row) if row else None
