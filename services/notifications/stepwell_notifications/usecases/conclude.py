"""What became of a message: sent, delivered, lapsed, failed."""

from stepwell_contracts.events.notifications import MessageFailed, MessageLapsed, MessageSent
from stepwell_contracts.events.notifications_replies import MessageDelivered
from stepwell_kernel.codes import Channel
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.domain.messages import Message
from stepwell_notifications.store.messages import end_message, mark_delivered
from stepwell_postgres.transaction import Transaction


async def conclude_sent(tx: Transaction, message: Message, channel: Channel) -> None:
    """A provider of the channel took it over."""
    stream = await lock_patient(tx, message.patient_id)
    await end_message(tx, message.message_id, "sent", channel=channel)
    event = MessageSent(
        message_id=message.message_id,
        episode_id=message.episode_id,
        template=message.template,
        channel=channel,
        about=message.about,
    )
    tx.emit(stream, event, episode_id=message.episode_id)


async def conclude_delivered(tx: Transaction, message: Message, channel: Channel) -> None:
    """A provider's receipt says that it arrived; told once."""
    stream = await lock_patient(tx, message.patient_id)
    if not await mark_delivered(tx, message.message_id):
        return
    event = MessageDelivered(
        message_id=message.message_id,
        episode_id=message.episode_id,
        template=message.template,
        channel=channel,
        about=message.about,
    )
    tx.emit(stream, event, episode_id=message.episode_id)


async def conclude_lapsed(tx: Transaction, message: Message) -> None:
    """It lost its use before it could go out."""
    stream = await lock_patient(tx, message.patient_id)
    await end_message(tx, message.message_id, "lapsed", "useful_until_passed")
    event = MessageLapsed(
        message_id=message.message_id,
        episode_id=message.episode_id,
        template=message.template,
        about=message.about,
    )
    tx.emit(stream, event, episode_id=message.episode_id)


async def conclude_failed(tx: Transaction, message: Message, channel: Channel, reason_code: str) -> None:
    """Every provider of the channel refuses it for good."""
    stream = await lock_patient(tx, message.patient_id)
    await end_message(tx, message.message_id, "failed", reason_code, channel)
    event = MessageFailed(
        message_id=message.message_id,
        episode_id=message.episode_id,
        template=message.template,
        channel=channel,
        about=message.about,
        reason_code=reason_code,
    )
    tx.emit(stream, event, episode_id=message.episode_id)
