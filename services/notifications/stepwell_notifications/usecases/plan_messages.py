"""Plan a message: it and the duty that sends it, in one transaction."""

from uuid import UUID

from stepwell_notifications.domain.messages import Message
from stepwell_notifications.store.messages import plan_message
from stepwell_postgres.duties import schedule_duty
from stepwell_postgres.transaction import Transaction

SEND_MESSAGE = "send_message"


async def plan(tx: Transaction, message: Message, asked_by: UUID | None = None) -> None:
    """Have the message sent when it is due; one that is known goes on as it is, a suppressed one is due again."""
    if await plan_message(tx, message, asked_by):
        payload = {"message_id": str(message.message_id), "patient_id": str(message.patient_id)}
        await schedule_duty(tx, SEND_MESSAGE, str(message.message_id), message.due_at, payload)
