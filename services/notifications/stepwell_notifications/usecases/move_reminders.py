"""An appointment is at another time: nobody is reminded of the old one; the new one is told, and reminded of."""

from datetime import datetime
from uuid import UUID

from stepwell_contracts.events.scheduling_care import AppointmentMoved
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.domain.messages import Message, news_id
from stepwell_notifications.store.messages import open_about
from stepwell_notifications.usecases.plan_messages import plan
from stepwell_notifications.usecases.plan_reminders import plan_reminders
from stepwell_notifications.usecases.suppress import suppress
from stepwell_postgres.transaction import Transaction


async def move_reminders(tx: Transaction, moved: AppointmentMoved, event_id: UUID, known_at: datetime) -> None:
    """One message about the move at once, and the reminders of the new time; another room alone is no news.

    Raises Unavailable (`facility_not_known_yet`).
    """
    if moved.starts_at == moved.former_starts_at:
        return
    await lock_patient(tx, moved.patient_id)
    await suppress(tx, await open_about(tx, moved.booking_id), "appointment_moved")
    message = Message(
        message_id=news_id(event_id, MessageTemplate.APPOINTMENT_MOVED),
        facility_id=moved.facility_id,
        episode_id=moved.episode_id,
        patient_id=moved.patient_id,
        template=MessageTemplate.APPOINTMENT_MOVED,
        about=moved.booking_id,
        starts_at=moved.starts_at,
        due_at=tx.now,
        useful_until=moved.starts_at,
    )
    await plan(tx, message)
    await plan_reminders(tx, moved, known_at)
