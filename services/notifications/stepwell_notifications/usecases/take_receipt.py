"""A provider's receipt: what became of a message, or of an answer, after it was taken over."""

from contextlib import suppress
from uuid import UUID

from stepwell_contracts.http.notifications_delivery import Receipt, ReceiptState, ReceiptTaken
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import NotFound
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.domain.access import TAKE_RECEIPT
from stepwell_notifications.domain.messages import Message
from stepwell_notifications.store.answers import Answer
from stepwell_notifications.store.attempts import channel_of_provider
from stepwell_notifications.store.messages import find_message, hold_message
from stepwell_notifications.store.receipts import keep_receipt, may_still_arrive
from stepwell_notifications.usecases.conclude import conclude_delivered, conclude_failed, conclude_sent
from stepwell_notifications.usecases.conclude_answer import (
    conclude_answer_delivered,
    conclude_answer_failed,
    conclude_answer_sent,
    hold_answer,
)
from stepwell_notifications.usecases.give_answer import ANSWER_REPLY
from stepwell_notifications.usecases.plan_messages import SEND_MESSAGE
from stepwell_postgres.duties import cancel_duty
from stepwell_postgres.transaction import Transaction

UNDELIVERABLE = "undeliverable"


async def take_receipt(tx: Transaction, provider: str, message_id: UUID, receipt: Receipt) -> ReceiptTaken:
    """Enter the provider's last word about a message or an answer, once.

    A receipt about one that the provider never had, a repeat, and one that comes after the last word change nothing
    and are answered alike, so that the provider sends them no more.
    """
    tx.authorize(TAKE_RECEIPT, Resource(tx.tenant, "message", message_id))
    subject = await _hold(tx, message_id)
    if subject is None:
        return ReceiptTaken(news=False)
    reason_code = receipt.reason_code or UNDELIVERABLE
    news = await keep_receipt(tx, message_id, provider, receipt.provider_message_id, receipt.state, reason_code)
    if news and isinstance(subject, Answer):
        await _conclude_answer(tx, subject, receipt.state, reason_code)
    elif news and isinstance(subject, Message):
        await _conclude(tx, subject, provider, receipt.state, reason_code)
    return ReceiptTaken(news=news)


async def _hold(tx: Transaction, message_id: UUID) -> Message | Answer | None:
    """What the receipt is about, locked after its patient's stream."""
    with suppress(NotFound):
        message = await find_message(tx, message_id)
        await lock_patient(tx, message.patient_id)
        return await hold_message(tx, message_id)
    with suppress(NotFound):
        return await hold_answer(tx, message_id)
    return None


async def _conclude(tx: Transaction, message: Message, provider: str, state: ReceiptState, reason_code: str) -> None:
    """A message that is still being sent and did not arrive goes to the next provider, by its duty."""
    channel = await channel_of_provider(tx, message.message_id, provider)
    if state == "delivered":
        if message.is_open:
            await cancel_duty(tx, SEND_MESSAGE, str(message.message_id))
            await conclude_sent(tx, message, channel)
        if message.is_open or message.state == "sent":
            await conclude_delivered(tx, message, channel)
    elif message.state == "sent" and not await may_still_arrive(tx, message.message_id):
        await conclude_failed(tx, message, channel, reason_code)


async def _conclude_answer(tx: Transaction, answer: Answer, state: ReceiptState, reason_code: str) -> None:
    """The same for an answer."""
    if state == "delivered":
        if answer.is_open:
            await cancel_duty(tx, ANSWER_REPLY, str(answer.answer_id))
            await conclude_answer_sent(tx, answer)
        if answer.is_open or answer.state == "sent":
            await conclude_answer_delivered(tx, answer)
    elif answer.state == "sent" and not await may_still_arrive(tx, answer.answer_id):
        await conclude_answer_failed(tx, answer, reason_code)
