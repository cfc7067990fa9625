"""Plan the reminders of an appointment."""

from datetime import datetime

from stepwell_contracts.events.scheduling import AppointmentBooked
from stepwell_kernel.codes import Channel
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_kernel.ids import derived_id
from stepwell_kernel.local_time import local_at
from stepwell_notifications.domain.messages import Message
from stepwell_notifications.domain.quiet_hours import reminder_due
from stepwell_notifications.store.messages import plan_message
from stepwell_notifications.store.reference import find_facility
from stepwell_notifications.store.rules import quiet_rule, reminder_hours
from stepwell_postgres.duties import schedule_duty
from stepwell_postgres.transaction import Transaction

SEND_MESSAGE = "send_message"


async def plan_reminders(tx: Transaction, appointment: AppointmentBooked) -> None:
    """One message for each reminder rule in force, due out of quiet hours; its id follows from the booking.

    Raises Unavailable (`facility_not_known_yet`).
    """
    facility = await find_facility(tx, appointment.facility_id)
    day = local_at(tx.now, facility.zone).date()
    rule = await quiet_rule(tx, day)
    for hours in await reminder_hours(tx, day):
        due_at = reminder_due(appointment.starts_at, hours, rule, facility.zone)
        message = _reminder(appointment, hours, due_at)
        if await plan_message(tx, message):
            await schedule_duty(tx, SEND_MESSAGE, str(message.message_id), due_at, _payload(message))


def _reminder(appointment: AppointmentBooked, hours: int, due_at: datetime) -> Message:
    return Message(
        message_id=derived_id(appointment.booking_id, MessageTemplate.APPOINTMENT_REMINDER, f"{hours}h"),
        facility_id=appointment.facility_id,
        episode_id=appointment.episode_id,
        patient_id=appointment.patient_id,
        template=MessageTemplate.APPOINTMENT_REMINDER,
        channel=Channel.EMAIL,
        about=appointment.booking_id,
        starts_at=appointment.starts_at,
        due_at=due_at,
        useful_until=appointment.starts_at,
        state="due",
        withdrawn=None,
    )


def _payload(message: Message) -> dict[str, str]:
    return {"message_id": str(message.message_id), "patient_id": str(message.patient_id)}
