"""Answer a reply, at once and at any hour: whoever wrote asked for it."""

from stepwell_kernel.ids import derived_id
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_notifications.domain.replies import DEFAULT_LANGUAGE
from stepwell_notifications.store.answers import Answers, NewAnswer, was_given_since
from stepwell_notifications.store.attempts import language_at
from stepwell_notifications.store.replies import Reply, answer_rule
from stepwell_postgres.duties import schedule_duty
from stepwell_postgres.transaction import Transaction

ANSWER_REPLY = "answer_reply"


async def give_answer(tx: Transaction, answers: Answers, reply: Reply, address: str, template: MessageTemplate) -> None:
    """One answer for each reply, unless the address was given the same too short a time ago.

    It is in the language of the reply; STOP and the other keywords are of none, so the last message there tells.
    """
    rule = await answer_rule(tx, template, tx.now.date())
    if rule.again_after and await was_given_since(tx, reply.address_hash, template, tx.now - rule.again_after):
        return
    answer_id = derived_id(reply.reply_id, "answer")
    language = reply.understood.language
    if language == DEFAULT_LANGUAGE:
        language = await language_at(tx, reply.address_hash, reply.channel) or DEFAULT_LANGUAGE
    await answers.keep(tx, NewAnswer(answer_id, reply.reply_id, reply.address_hash, address, language, rule))
    await schedule_duty(tx, ANSWER_REPLY, str(answer_id), tx.now, {"answer_id": str(answer_id)})
