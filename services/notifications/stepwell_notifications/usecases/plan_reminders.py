"""Plan the reminders of an appointment."""

from datetime import datetime

from stepwell_contracts.events.scheduling import AppointmentBooked
from stepwell_contracts.events.scheduling_care import AppointmentMoved
from stepwell_kernel.local_time import local_at
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_notifications.domain.messages import Message, reminder_id
from stepwell_notifications.store.messages import planned_about
from stepwell_notifications.store.reference import find_facility
from stepwell_notifications.store.rules import quiet_rule, reminder_rules
from stepwell_notifications.usecases.plan_messages import plan
from stepwell_postgres.transaction import Transaction


async def plan_reminders(
    tx: Transaction, appointment: AppointmentBooked | AppointmentMoved, known_at: datetime
) -> None:
    """One message for each reminder rule in force whose time had not come when the appointment was made (`known_at`).

    It is due out of quiet hours; its id follows from booking, slot and time. When a seat is given back, of those whose
    time has come meanwhile the last one is due again, and one only. Raises Unavailable (`facility_not_known_yet`).
    """
    facility = await find_facility(tx, appointment.facility_id)
    day = local_at(tx.now, facility.zone).date()
    quiet = await quiet_rule(tx, day, facility.jurisdiction)
    planned = await planned_about(tx, appointment.booking_id)
    rules = await reminder_rules(tx, day)
    past = [rule for rule in rules if rule.is_past(appointment.starts_at, known_at)]
    for rule in rules:
        message_id = reminder_id(appointment.booking_id, rule.slot, appointment.starts_at)
        if rule in past and (rule is not past[-1] or message_id not in planned):
            continue
        message = Message(
            message_id=message_id,
            facility_id=appointment.facility_id,
            episode_id=appointment.episode_id,
            patient_id=appointment.patient_id,
            template=MessageTemplate.APPOINTMENT_REMINDER,
            about=appointment.booking_id,
            starts_at=appointment.starts_at,
            due_at=rule.due_at(appointment.starts_at, quiet, facility.zone),
            useful_until=appointment.starts_at,
            slot=rule.slot,
            rule_version=rule.version,
        )
        await plan(tx, message)
