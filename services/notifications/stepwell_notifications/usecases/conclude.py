"""What became of a message: sent, lapsed, failed; and of a call: sent."""

from stepwell_contracts.events.notifications import MessageFailed, MessageLapsed, MessageSent, PageSent
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.domain.messages import Message
from stepwell_notifications.domain.pages import Page
from stepwell_notifications.store.messages import end_message
from stepwell_postgres.transaction import Transaction


async def conclude_sent(tx: Transaction, message: Message) -> None:
    """The channel took it over."""
    stream = await lock_patient(tx, message.patient_id)
    await end_message(tx, message.message_id, "sent")
    event = MessageSent(
        message_id=message.message_id,
        episode_id=message.episode_id,
        template=message.template,
        channel=message.channel,
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


async def conclude_failed(tx: Transaction, message: Message, reason_code: str) -> None:
    """The channel refuses it for good."""
    stream = await lock_patient(tx, message.patient_id)
    await end_message(tx, message.message_id, "failed", reason_code)
    event = MessageFailed(
        message_id=message.message_id,
        episode_id=message.episode_id,
        template=message.template,
        channel=message.channel,
        about=message.about,
        reason_code=reason_code,
    )
    tx.emit(stream, event, episode_id=message.episode_id)


async def conclude_paged(tx: Transaction, page: Page) -> None:
    """The channel took the call over; `page` is as it was when the call was made."""
    stream = await lock_patient(tx, page.patient_id)
    event = PageSent(page_id=page.page_id, episode_id=page.episode_id, about=page.about, level=page.call.level)
    tx.emit(stream, event, episode_id=page.episode_id)
