"""Appointments that patients were told of, and those that they said they will come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_kernel.message_codes import MessageTemplate
from stepwell_notifications.domain.messages import COVERED
from stepwell_postgres.transaction import Transaction

CALL_OFF = """
insert into called_off (booking_id, tenant_id, version) values ($1, $2, $3)
on conflict (booking_id) do update set version = greatest(called_off.version, excluded.version)
"""

#: Told means that a message with the time that still holds went out to the address, or is on its way there. A reminder
#: that another one covered tells of the same visit.
TO_COME = """
select m.about as booking_id, m.episode_id, m.starts_at,
       bool_or(m.state in ('sending', 'sent') and exists (
           select from attempt a where a.message_id = m.message_id and a.address_hash = $2)) as told,
       bool_or(m.reason_code = $5) as covered
from message m join ref_appointment r on r.booking_id = m.about and r.starts_at = m.starts_at
where m.patient_id = $1 and m.template = any ($3) and m.starts_at > $4
      and not exists (select from called_off c where c.booking_id = m.about and c.version > r.version)
group by m.about, m.episode_id, m.starts_at
order by m.starts_at, m.about
"""

CONFIRM = """
insert into confirmation (booking_id, starts_at, tenant_id, reply_id, confirmed_at) values ($1, $2, $3, $4, $5)
on conflict do nothing
returning true
"""

#: What tells a patient when to come.
TELLS_A_TIME = (MessageTemplate.APPOINTMENT_REMINDER, MessageTemplate.APPOINTMENT_MOVED)


@dataclass(frozen=True, slots=True)
class ToldAppointment:
    """An appointment and the time that the patient was told."""

    booking_id: UUID
    episode_id: UUID
    starts_at: datetime


async def call_off(tx: Transaction, booking_id: UUID, version: int) -> None:
    """Store that an event of that version cancelled the appointment; a later one may have it booked again."""
    await tx.connection.execute(CALL_OFF, booking_id, tx.tenant, version)


async def next_visit(tx: Transaction, patient_id: UUID, address_hash: bytes) -> Sequence[ToldAppointment]:
    """The next appointment that the patient was told of at that address, and those that its reminder covers."""
    rows = await tx.connection.fetch(TO_COME, patient_id, address_hash, TELLS_A_TIME, tx.now, COVERED)
    visit: list[ToldAppointment] = []
    for row in rows:
        if row["told"] and visit:
            break
        if row["told"] or (row["covered"] and visit):
            visit.append(ToldAppointment(row["booking_id"], row["episode_id"], row["starts_at"]))
    return visit


async def store_confirmation(tx: Transaction, appointment: ToldAppointment, reply_id: UUID) -> bool:
    """Store that the patient will come at that time; False when they said so before."""
    return bool(
        await tx.connection.fetchval(
            CONFIRM, appointment.booking_id, appointment.starts_at, tx.tenant, reply_id, tx.now
        )
    )
