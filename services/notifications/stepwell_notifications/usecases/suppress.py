"""Let messages that are due not go out."""

from collections.abc import Sequence

from stepwell_contracts.events.notifications import MessageSuppressed
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.domain.messages import Message
from stepwell_notifications.store.messages import end_message, withdraw
from stepwell_notifications.usecases.plan_messages import SEND_MESSAGE
from stepwell_postgres.duties import cancel_duty
from stepwell_postgres.transaction import Transaction


async def suppress(tx: Transaction, messages: Sequence[Message], reason_code: str) -> None:
    """Suppress each message; one that is on its way is stopped if that is still possible."""
    for message in messages:
        if message.state == "sending":
            await withdraw(tx, message.message_id, reason_code)
            continue
        await cancel_duty(tx, SEND_MESSAGE, str(message.message_id))
        await conclude_suppressed(tx, message, reason_code)


async def conclude_suppressed(tx: Transaction, message: Message, reason_code: str) -> None:
    """Seal a message as suppressed and tell it."""
    stream = await lock_patient(tx, message.patient_id)
    await end_message(tx, message.message_id, "suppressed", reason_code)
    event = MessageSuppressed(
        message_id=message.message_id,
        episode_id=message.episode_id,
        template=message.template,
        about=message.about,
        reason_code=reason_code,
    )
    tx.emit(stream, event, episode_id=message.episode_id)
