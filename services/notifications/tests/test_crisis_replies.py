"""Words of crisis: answered with 988, and whoever is on call is paged; for a stranger, and for one of several, too."""

import asyncio

import pytest

from services.notifications.tests.replies_desk import STRANGER, ReplyDesk
from stepwell_contracts.events.notifications import PageAcknowledged, PageSent
from stepwell_contracts.events.notifications_replies import (
    CrisisReplyReceived,
    FacilityPageAcknowledged,
    FacilityPageSent,
    FacilityPageUnanswered,
    OptedOut,
    ReplyReceived,
    UnmatchedCrisisReply,
)
from stepwell_kernel.codes import Channel, Role
from stepwell_kernel.ids import derived_id, new_id
from stepwell_kernel.message_codes import ReplyKind
from stepwell_notifications.channels.channel import Taken, TryLater

ONE, TWO = "one.marked@staff.example.org", "two.marked@staff.example.org"
MINUTES = 5


async def paged(replies: ReplyDesk) -> list[str]:
    """Whom the post office was given pages for, in order."""
    return [address for envelope in replies.desk.office.taken for address in envelope.rcpt_tos]


async def test_a_patient_is_answered_and_the_on_call_of_their_episode_is_paged(replies: ReplyDesk) -> None:
    desk = replies.desk
    await desk.put_on_call(ONE, TWO)
    await replies.remind()
    desk.intake.away = True
    reply = await replies.reply("I want to die")
    (text,) = replies.answers()
    assert "988" in text
    assert "911" in text
    assert await replies.events(CrisisReplyReceived) == [
        CrisisReplyReceived(reply_id=reply, episode_id=desk.episode, facility_id=desk.facility)
    ]
    (received,) = await replies.events(ReplyReceived)
    assert isinstance(received, ReplyReceived)
    assert received.kind is ReplyKind.CRISIS
    page_id = derived_id(reply, "page")
    assert await replies.events(PageSent) == [PageSent(page_id=page_id, episode_id=desk.episode, about=reply, level=1)]
    assert await paged(replies) == [ONE]
    (page,) = (await replies.read(f"/v1/episodes/{desk.episode}/pages"))["pages"]
    assert (page["page_id"], page["about"], page["episode_id"]) == (str(page_id), str(reply), str(desk.episode))


async def test_the_page_about_a_reply_is_acknowledged_and_escalated_like_any_other(replies: ReplyDesk) -> None:
    await replies.desk.put_on_call(ONE, TWO)
    await replies.remind()
    reply = await replies.reply("quiero morir")
    assert "oprima 2" in replies.answers()[0], "in the language that was written"
    replies.desk.edge.clock.pass_by(minutes=MINUTES)
    await replies.run_all()
    assert await paged(replies) == [ONE, TWO]
    path = f"/v1/pages/{derived_id(reply, 'page')}/acknowledgement"
    answers = [await replies.command("POST", path, {}, key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    (told,) = await replies.events(PageAcknowledged)
    assert told.model_dump()["about"] == reply
    replies.desk.edge.clock.pass_by(hours=1)
    await replies.run_all()
    assert await paged(replies) == [ONE, TWO]


async def test_a_stranger_is_answered_and_the_facility_of_the_number_is_paged(replies: ReplyDesk) -> None:
    desk = replies.desk
    await desk.put_on_call(ONE)
    reply = await replies.reply("thinking about suicide", sender=STRANGER)
    assert "988" in replies.answers()[0]
    assert replies.alpha.taken[0].address == STRANGER
    page_id = derived_id(reply, "page")
    assert await replies.events(UnmatchedCrisisReply) == [
        UnmatchedCrisisReply(reply_id=reply, facility_id=desk.facility, channel=Channel.SMS)
    ]
    assert await replies.events(FacilityPageSent) == [
        FacilityPageSent(page_id=page_id, facility_id=desk.facility, about=reply, level=1)
    ]
    outbox = await desk.edge.outbox()
    assert {event.key for event in outbox} == {str(desk.facility)}
    assert [event.version for event in outbox] == [1, 2]
    view = await replies.read(f"/v1/replies/{reply}")
    assert (view["patient_ids"], view["episode_id"], view["answer_state"]) == ([], None, "sent")
    assert view["provider_message_id"], "by it the provider's inbox shows who wrote"


async def test_a_page_about_nobody_known_is_read_and_taken_over(replies: ReplyDesk) -> None:
    desk = replies.desk
    await desk.put_on_call(ONE)
    reply = await replies.reply("I overdosed", sender=STRANGER)
    pages = f"/v1/facilities/{desk.facility}/pages"
    (page,) = (await replies.read(pages))["pages"]
    assert (page["about"], page["episode_id"], page["state"]) == (str(reply), None, "open")
    (row,) = (await replies.read("/v1/worklist", {"facility": str(desk.facility), "role": "counselor"}))["rows"]
    assert (row["subject_id"], row["episode_id"]) == (page["page_id"], None)
    path = f"/v1/pages/{page['page_id']}/acknowledgement"
    refused = await replies.command("POST", path, {}, role=Role.SCHEDULER)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_granted")
    answers = await asyncio.gather(*(replies.command("POST", path, {}) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    (told,) = await replies.events(FacilityPageAcknowledged)
    assert told.model_dump()["about"] == reply
    assert (await replies.read(pages))["pages"] == []
    (taken,) = (await replies.read(pages, {"state": "acknowledged"}))["pages"]
    assert taken["page_id"] == page["page_id"]


@pytest.mark.parametrize("seconds", [MINUTES * 60 - 1, MINUTES * 60, MINUTES * 60 + 1])
async def test_a_page_about_nobody_known_is_escalated_and_told_as_unanswered(replies: ReplyDesk, seconds: int) -> None:
    await replies.desk.put_on_call(ONE)
    await replies.reply("kill myself", sender=STRANGER)
    replies.desk.edge.clock.pass_by(seconds=seconds)
    await replies.run_all()
    again = seconds >= MINUTES * 60
    assert await paged(replies) == [ONE] * (1 + again)
    assert len(await replies.events(FacilityPageUnanswered)) == again


async def test_without_a_roster_it_is_told_as_unanswered_at_once(replies: ReplyDesk) -> None:
    reply = await replies.reply("kill myself", sender=STRANGER)
    (told,) = await replies.events(FacilityPageUnanswered)
    assert told.model_dump()["about"] == reply
    await replies.desk.put_on_call(ONE)
    await replies.run_all()
    assert await paged(replies) == [ONE]


async def test_an_address_of_several_patients_pages_the_facility_once(replies: ReplyDesk) -> None:
    await replies.desk.put_on_call(ONE)
    await replies.remind()
    first = replies.desk.patient
    second, _ = await replies.refer()
    await replies.remind()
    reply = await replies.reply("want to die")
    assert (await replies.events(CrisisReplyReceived), await replies.events(ReplyReceived)) == ([], [])
    assert len(await replies.events(FacilityPageSent)) == 1
    view = await replies.read(f"/v1/replies/{reply}")
    assert set(view["patient_ids"]) == {str(first), str(second)}, "whoever is paged sees whom it may be"
    assert "988" in replies.answers()[0]


async def test_each_cry_for_help_is_answered_and_paged(replies: ReplyDesk) -> None:
    await replies.desk.put_on_call(ONE)
    await replies.remind()
    for _ in range(2):
        await replies.reply("want to die")
    assert (len(replies.answers()), len(await replies.events(PageSent))) == (2, 2)


async def test_the_same_cry_brought_twice_pages_once(replies: ReplyDesk) -> None:
    await replies.desk.put_on_call(ONE)
    await asyncio.gather(*(replies.text("want to die", sender=STRANGER, message_id="m") for _ in range(4)))
    await replies.run_all()
    assert (len(replies.answers()), len(await replies.events(FacilityPageSent))) == (1, 1)


async def test_whoever_opted_out_is_answered_all_the_same(replies: ReplyDesk) -> None:
    await replies.desk.put_on_call(ONE)
    await replies.remind()
    await replies.reply("STOP")
    replies.alpha.taken.clear()
    await replies.reply("I want to die")
    assert "988" in replies.answers()[0]
    assert len(await replies.events(PageSent)) == 1


async def test_a_cry_for_help_that_asks_for_no_more_messages_opts_out_too(replies: ReplyDesk) -> None:
    await replies.desk.put_on_call(ONE)
    await replies.remind()
    await replies.reply("stop texting me I want to die")
    assert [("988" in text) for text in replies.answers()] == [True], "one answer, and not about the opt-out"
    assert (len(await replies.events(OptedOut)), len(await replies.events(CrisisReplyReceived))) == (1, 1)


async def test_the_answer_is_tried_until_a_provider_takes_it(replies: ReplyDesk) -> None:
    await replies.desk.put_on_call(ONE)
    replies.alpha.answer = replies.bravo.answer = TryLater("sms_unavailable", went_out_perhaps=False)
    await replies.text("want to die", sender=STRANGER)
    await replies.run_once()
    assert await paged(replies) == [ONE], "the page does not wait for the answer"
    (duty,) = await replies.desk.edge.rows("select state, error_code from duty where kind = 'answer_reply'")
    assert tuple(duty) == ("due", "sms_unavailable")
    replies.bravo.answer = Taken("taken")
    replies.desk.edge.clock.pass_by(hours=12)
    await replies.run_once()
    assert len(replies.bravo.taken) == 1


async def test_the_page_goes_where_the_patient_is_now(replies: ReplyDesk) -> None:
    await replies.remind()
    elsewhere = new_id()
    await replies.desk.edge.rows("update ref_episode set facility_id = $1", elsewhere)
    reply = await replies.reply("want to die")
    (told,) = await replies.events(CrisisReplyReceived)
    assert told.model_dump()["facility_id"] == elsewhere
    assert (await replies.desk.page(reply))["facility_id"] == elsewhere


async def test_no_text_of_a_cry_is_kept(replies: ReplyDesk) -> None:
    await replies.reply("suicide marked", sender=STRANGER)
    for table in ("reply", "answer", "duty", "outbox", "audit", "page"):
        found = await replies.desk.edge.value(
            f"select count(*) from {table} t where t::text ~* 'suicide|marked|{STRANGER[1:]}'"
        )
        assert found == 0, table


async def test_a_reply_an_hour_after_an_outage_is_worth_an_answer_a_day_is_not(replies: ReplyDesk) -> None:
    replies.alpha.answer = replies.bravo.answer = TryLater("sms_unavailable", went_out_perhaps=False)
    await replies.text("want to die", sender=STRANGER)
    await replies.run_once()
    replies.desk.edge.clock.pass_by(days=1)
    await replies.run_once()
    assert await replies.desk.edge.value("select state from answer") == "lapsed"
