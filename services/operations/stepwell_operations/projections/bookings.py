"""Seats of episodes: booked, moved, given back, booked again (a step-down undone), attended."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.scheduling import AppointmentBooked, AppointmentCancelled, AttendanceRecorded
from stepwell_contracts.events.scheduling_care import AppointmentMoved, AttendanceAmended
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

Seat = AppointmentBooked | AppointmentMoved
Attendance = AttendanceRecorded | AttendanceAmended

KEEP = """
insert into booking (tenant_id, booking_id, episode_id, session_id, modality, starts_at, ends_at, state, version)
select $1, e.booking_id, e.episode_id, e.session_id, e.modality, e.starts_at, e.ends_at, 'booked', e.version
from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bigint[])
     as e (booking_id, episode_id, session_id, modality, starts_at, ends_at, version)
order by e.booking_id
on conflict (tenant_id, booking_id) do update
    set session_id = excluded.session_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at, state = 'booked',
        version = excluded.version
    where booking.version < excluded.version
"""

CANCEL = """
update booking b set state = 'cancelled', version = e.version
from unnest($1::uuid[], $2::bigint[]) as e (booking_id, version)
where b.booking_id = e.booking_id and b.version < e.version
"""

ATTEND = """
update booking b set attendance = e.attendance, minutes = e.minutes, version = e.version
from unnest($1::uuid[], $2::text[], $3::integer[], $4::bigint[]) as e (booking_id, attendance, minutes, version)
where b.booking_id = e.booking_id and b.version < e.version
"""


async def keep_bookings(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Bring each seat to where its last event puts it."""
    booked: dict[UUID, tuple[Seat, int]] = {}
    cancelled: dict[UUID, int] = {}
    attended: dict[UUID, tuple[Attendance, int]] = {}
    for one in incoming:
        version = one.envelope.version
        match one.event:
            case AppointmentBooked() | AppointmentMoved() as event:
                booked[event.booking_id] = event, version
            case AppointmentCancelled() as event:
                cancelled[event.booking_id] = version
            case AttendanceRecorded() | AttendanceAmended() as event:
                attended[event.booking_id] = event, version
    if booked:
        await _keep(tx, list(booked.values()))
    if cancelled:
        await tx.connection.execute(CANCEL, list(cancelled), list(cancelled.values()))
    if attended:
        await _attend(tx, list(attended.values()))


async def _keep(tx: Transaction, rows: Sequence[tuple[Seat, int]]) -> None:
    await tx.connection.execute(
        KEEP,
        tx.tenant,
        [event.booking_id for event, _ in rows],
        [event.episode_id for event, _ in rows],
        [event.session_id for event, _ in rows],
        [event.modality for event, _ in rows],
        [event.starts_at for event, _ in rows],
        [event.ends_at for event, _ in rows],
        [version for _, version in rows],
    )


async def _attend(tx: Transaction, rows: Sequence[tuple[Attendance, int]]) -> None:
    await tx.connection.execute(
        ATTEND,
        [event.booking_id for event, _ in rows],
        [event.state for event, _ in rows],
        [event.minutes for event, _ in rows],
        [version for _, version in rows],
    )
