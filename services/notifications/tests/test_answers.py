"""Answers on their way: in the ledger like messages, in the reader's language, and what staff see when one fails."""

from uuid import UUID

import pytest

from services.notifications.tests.replies_desk import PHONE, STRANGER, ReplyDesk
from stepwell_contracts.events.notifications import MessageFailed, MessageSuppressed
from stepwell_contracts.events.notifications_replies import MessageDelivered
from stepwell_kernel.codes import Role
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_notifications.channels.channel import Refused, Taken, TryLater

AWAY = TryLater("sms_unavailable", went_out_perhaps=False)
IN_DOUBT = TryLater("sms_unavailable", went_out_perhaps=True)


async def ledger(replies: ReplyDesk, answer_id: str) -> list[tuple[str, str | None, str | None]]:
    """Provider, outcome and receipt of each attempt at an answer, as staff read them."""
    attempts = (await replies.read(f"/v1/messages/{answer_id}/attempts"))["attempts"]
    return [(one["provider"], one["outcome"], one["receipt"]) for one in attempts]


@pytest.mark.parametrize("sender", [PHONE, STRANGER], ids=["a patient", "a stranger"])
async def test_an_answer_to_a_cry_for_help_that_does_not_arrive_is_seen_on_its_page(
    replies: ReplyDesk, sender: str
) -> None:
    known = sender == PHONE
    if known:
        await replies.remind()
    reply = await replies.reply("want to die", sender=sender)
    answer_id = (await replies.read(f"/v1/replies/{reply}"))["answer_id"]
    pages = f"/v1/episodes/{replies.desk.episode}/pages" if known else f"/v1/facilities/{replies.desk.facility}/pages"
    (page,) = (await replies.read(pages))["pages"]
    assert (page["answer_state"], page["answer_delivered_at"]) == ("sent", None)
    assert [await replies.receipt(answer_id, "undeliverable") for _ in range(2)] == [True, False]
    (page,) = (await replies.read(pages))["pages"]
    assert (page["state"], page["answer_state"], page["answer_reason_code"]) == ("open", "failed", "undeliverable")
    assert (await replies.read(f"/v1/replies/{reply}"))["answer_state"] == "failed"
    assert await ledger(replies, answer_id) == [("alpha", "undeliverable", "undeliverable")]
    told = [event.model_dump()["template"] for event in await replies.events(MessageFailed)]
    assert told == [MessageTemplate.CRISIS_ANSWER] * known


async def test_an_answer_that_arrives_is_told_once(replies: ReplyDesk) -> None:
    await replies.remind()
    reply = await replies.reply("want to die")
    answer_id = (await replies.read(f"/v1/replies/{reply}"))["answer_id"]
    for news in (True, False):
        assert await replies.receipt(answer_id, "delivered") is news
    assert await replies.receipt(answer_id, "undeliverable") is False, "the first word is the last"
    assert await replies.receipt(answer_id, "delivered", provider="bravo") is False, "it never had it"
    view = await replies.read(f"/v1/replies/{reply}")
    assert (view["answer_state"], view["answer_delivered_at"] is not None) == ("sent", True)
    (page,) = (await replies.read(f"/v1/episodes/{replies.desk.episode}/pages"))["pages"]
    assert page["answer_delivered_at"] == view["answer_delivered_at"]
    assert [event.model_dump()["about"] for event in await replies.events(MessageDelivered)] == [reply]
    assert await ledger(replies, answer_id) == [("alpha", "taken", "delivered")]


async def test_a_receipt_tells_what_became_of_an_answer_whose_provider_broke_off(replies: ReplyDesk) -> None:
    replies.alpha.answer = IN_DOUBT
    await replies.text("HELP", sender=STRANGER)
    await replies.run_once()
    answer_id = await replies.desk.edge.value("select answer_id from answer")
    assert await replies.receipt(answer_id, "delivered") is True
    await replies.run_all()
    assert (len(replies.alpha.taken), len(replies.bravo.taken)) == (1, 0)
    assert await replies.desk.edge.value("select state from answer") == "sent"
    assert await replies.desk.edge.value("select state from duty where kind = 'answer_reply'") == "cancelled"


@pytest.mark.parametrize(("text", "by"), [("want to die", ["alpha", "alpha", "bravo"]), ("HELP", ["alpha"] * 3)])
async def test_a_cry_for_help_does_not_wait_for_a_receipt_and_the_rest_does(
    replies: ReplyDesk, text: str, by: list[str]
) -> None:
    replies.alpha.answer = IN_DOUBT
    await replies.text(text, sender=STRANGER)
    for _ in by:
        await replies.run_once()
    rows = await replies.desk.edge.rows("select provider from attempt order by number")
    assert [row["provider"] for row in rows] == by
    (message_id,) = {letter.message_id for letter in (*replies.alpha.taken, *replies.bravo.taken)}
    assert message_id == await replies.desk.edge.value("select answer_id from answer")


async def test_who_refused_an_answer_is_not_asked_again(replies: ReplyDesk) -> None:
    replies.alpha.answer, replies.bravo.answer = Refused("sms_refused"), AWAY
    await replies.text("HELP", sender=STRANGER)
    await replies.run_once()
    replies.bravo.answer = Taken("taken")
    await replies.run_once()
    answer_id = str(await replies.desk.edge.value("select answer_id from answer"))
    assert await ledger(replies, answer_id) == [
        ("alpha", "sms_refused", None),
        ("bravo", "sms_unavailable", None),
        ("bravo", "taken", None),
    ]


@pytest.mark.parametrize(
    ("first", "templates"),
    [("what is this", {"opt_out_confirmed"}), ("HELP", {"help_answer", "opt_out_confirmed"})],
    ids=["unasked", "asked for"],
)
async def test_after_an_opt_out_only_what_was_asked_for_still_goes_out(
    replies: ReplyDesk, first: str, templates: set[str]
) -> None:
    await replies.remind()
    reply = UUID((await replies.text(first)).json()["reply_id"])
    await replies.text("STOP")
    await replies.run_all()
    sent = await replies.desk.edge.rows("select template from answer where state = 'sent'")
    assert {row["template"] for row in sent} == templates
    assert len(replies.alpha.taken) == len(templates)
    suppressed = [event for event in await replies.events(MessageSuppressed) if event.model_dump()["about"] == reply]
    assert len(suppressed) == (first != "HELP")


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("es", "STOP", "no le escribiremos"),
        ("es", "HELP", "Ayuda"),
        ("es", "what now", "por favor llame"),
        ("en", "STOP", "no more messages"),
        ("en", "ayuda", "Ayuda"),
        ("fr", "STOP", "no more messages"),
    ],
)
async def test_a_keyword_is_answered_in_the_language_of_the_last_message(
    replies: ReplyDesk, language: str, text: str, said: str
) -> None:
    replies.reached_at(PHONE, language=language)
    await replies.remind()
    await replies.reply(text)
    assert said in replies.answers()[-1]


async def test_the_ledger_of_an_answer_is_read_by_those_who_care_for_the_patient(replies: ReplyDesk) -> None:
    reply = await replies.reply("HELP", sender=STRANGER)
    answer_id = (await replies.read(f"/v1/replies/{reply}"))["answer_id"]
    token = replies.app.person(reply, Role.COUNSELOR, facilities=(reply,))
    refused = await replies.app.call("GET", f"/v1/messages/{answer_id}/attempts", token=token)
    assert (refused.status_code, refused.json()["code"]) == (403, "facility_out_of_scope")
