"""What became of an answer; it is told of the patient who wrote, where that is one known."""

import logging
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.events.notifications import MessageFailed, MessageLapsed, MessageSent, MessageSuppressed
from stepwell_contracts.events.notifications_replies import MessageDelivered
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_messaging.streams import lock_patient, patient_stream
from stepwell_notifications.store.answers import Answer, end_answer, find_writer, lock_answer, mark_answer_delivered
from stepwell_postgres.transaction import Transaction

logger = logging.getLogger(__name__)


async def hold_answer(tx: Transaction, answer_id: UUID) -> Answer:
    """The answer, locked after the stream of its patient; NotFound (`answer_not_found`)."""
    writer = await find_writer(tx, answer_id)
    if writer is not None:
        await lock_patient(tx, writer)
    return await lock_answer(tx, answer_id)


async def conclude_answer_sent(tx: Transaction, answer: Answer) -> None:
    """A provider took it over."""
    await end_answer(tx, answer.answer_id, "sent")
    if answer.episode_id is not None:
        event = MessageSent(
            message_id=answer.answer_id,
            episode_id=answer.episode_id,
            template=answer.template,
            channel=answer.channel,
            about=answer.reply_id,
        )
        _tell(tx, answer, event)


async def conclude_answer_delivered(tx: Transaction, answer: Answer) -> None:
    """A provider's receipt says that it arrived; told once."""
    if await mark_answer_delivered(tx, answer.answer_id) and answer.episode_id is not None:
        event = MessageDelivered(
            message_id=answer.answer_id,
            episode_id=answer.episode_id,
            template=answer.template,
            channel=answer.channel,
            about=answer.reply_id,
        )
        _tell(tx, answer, event)


async def conclude_answer_suppressed(tx: Transaction, answer: Answer, reason_code: str) -> None:
    """Its reader wants no more messages."""
    await end_answer(tx, answer.answer_id, "suppressed", reason_code)
    if answer.episode_id is not None:
        event = MessageSuppressed(
            message_id=answer.answer_id,
            episode_id=answer.episode_id,
            template=answer.template,
            about=answer.reply_id,
            reason_code=reason_code,
        )
        _tell(tx, answer, event)


async def conclude_answer_lapsed(tx: Transaction, answer: Answer) -> None:
    """It lost its use before it could go out."""
    await end_answer(tx, answer.answer_id, "lapsed", "useful_until_passed")
    if answer.episode_id is not None:
        event = MessageLapsed(
            message_id=answer.answer_id,
            episode_id=answer.episode_id,
            template=answer.template,
            about=answer.reply_id,
        )
        _tell(tx, answer, event)


async def conclude_answer_failed(tx: Transaction, answer: Answer, reason_code: str) -> None:
    """Every provider refuses it for good, or says that it did not arrive. The page about a cry for help shows it."""
    await end_answer(tx, answer.answer_id, "failed", reason_code)
    if answer.template is MessageTemplate.CRISIS_ANSWER:
        logger.error("crisis_answer_failed", extra={"facility_id": str(answer.facility_id), "code": reason_code})
    if answer.episode_id is not None:
        event = MessageFailed(
            message_id=answer.answer_id,
            episode_id=answer.episode_id,
            template=answer.template,
            channel=answer.channel,
            about=answer.reply_id,
            reason_code=reason_code,
        )
        _tell(tx, answer, event)


def _tell(tx: Transaction, answer: Answer, event: Event) -> None:
    if answer.patient_id is not None:
        tx.emit(patient_stream(tx, answer.patient_id), event, episode_id=answer.episode_id)
