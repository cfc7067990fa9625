"""Replies over the provider's callback: opt-outs, opt-ins, help, confirmations, and whom they concern."""

import asyncio
from datetime import timedelta

import pytest

from services.notifications.tests.replies_desk import NUMBER, PHONE, STRANGER, ReplyDesk
from stepwell_contracts.events.notifications_replies import AppointmentConfirmed, OptedIn, OptedOut, ReplyReceived
from stepwell_kernel.codes import Channel, Role
from stepwell_kernel.ids import new_id
from stepwell_kernel.message_codes import ReplyKind
from stepwell_notifications.channels.channel import Refused, Taken, TryLater
from stepwell_testing.edge import OTHER_TENANT

ROUNDS = 12


async def test_stop_is_honoured_in_the_transaction_that_takes_it(replies: ReplyDesk) -> None:
    await replies.remind()
    later = await replies.desk.book(replies.desk.edge.clock.now() + timedelta(days=5))
    replies.desk.edge.clock.instant = replies.desk.edge.clock.now().replace(hour=8)
    answer = await replies.text("Stop!")
    assert answer.status_code == 201
    states = await replies.desk.edge.rows("select distinct state from message where about = $1", later)
    assert [row["state"] for row in states] == ["due"], "another way is left: the patient may still be told by e-mail"
    assert await replies.events(OptedOut) == [OptedOut(patient_id=replies.desk.patient, channel=Channel.SMS)]
    (reply,) = await replies.events(ReplyReceived)
    assert isinstance(reply, ReplyReceived)
    assert (reply.kind, reply.patient_id, reply.episode_id) == (
        ReplyKind.STOP,
        replies.desk.patient,
        replies.desk.episode,
    )
    await replies.run_all()
    (letter,) = replies.alpha.taken
    assert (letter.address, letter.sender) == (PHONE, NUMBER)
    assert "you will get no more messages" in letter.wording.text


async def test_after_stop_nothing_goes_out_by_text_message(replies: ReplyDesk) -> None:
    await replies.remind()
    await replies.reply("please quit texting")
    await replies.desk.book(replies.desk.edge.clock.now() + timedelta(days=2))
    replies.alpha.taken.clear()
    replies.desk.edge.clock.pass_by(days=1, minutes=1)
    await replies.run_all()
    assert replies.answers() == []


async def test_who_allowed_text_messages_only_has_nothing_due_after_stop(replies: ReplyDesk) -> None:
    await replies.remind()
    later = await replies.desk.book(replies.desk.edge.clock.now() + timedelta(days=5))
    await replies.desk.permit(Channel.SMS, permitted=True)
    await replies.desk.permit(Channel.EMAIL, permitted=False)
    await replies.text("STOP")
    rows = await replies.desk.edge.rows("select distinct state, reason_code from message where about = $1", later)
    assert [tuple(row) for row in rows] == [("suppressed", "opted_out")]


async def test_when_no_way_is_left_what_is_due_is_suppressed_at_once(replies: ReplyDesk) -> None:
    await replies.remind()
    later = await replies.desk.book(replies.desk.edge.clock.now() + timedelta(days=5))
    path = f"/v1/patients/{replies.desk.patient}/opt-outs"
    assert (await replies.command("POST", path, {"channel": "email"})).status_code == 201
    await replies.text("STOP")
    rows = await replies.desk.edge.rows("select distinct state, reason_code from message where about = $1", later)
    assert [tuple(row) for row in rows] == [("suppressed", "opted_out")]


async def test_stop_said_twice_is_confirmed_once(replies: ReplyDesk) -> None:
    await replies.remind()
    await replies.reply("STOP")
    await replies.reply("STOP")
    assert (len(replies.answers()), len(await replies.events(OptedOut))) == (1, 1)


async def test_start_after_stop(replies: ReplyDesk) -> None:
    await replies.remind()
    await replies.reply("STOP")
    replies.desk.edge.clock.pass_by(minutes=1)
    await replies.reply("START")
    assert await replies.events(OptedIn) == [OptedIn(patient_id=replies.desk.patient, channel=Channel.SMS)]
    assert "you will get messages again" in replies.answers()[-1]
    await replies.remind()


async def test_start_without_stop_changes_nothing(replies: ReplyDesk) -> None:
    await replies.remind()
    await replies.reply("START")
    assert (await replies.events(OptedIn), replies.answers()) == ([], [])


async def test_the_same_callback_again_has_no_effect(replies: ReplyDesk) -> None:
    await replies.remind()
    first = await replies.reply("STOP", message_id="m-1")
    again = await replies.reply("STOP", message_id="m-1")
    twins = await asyncio.gather(*(replies.text("HELP", message_id="m-2") for _ in range(4)))
    await replies.run_all()
    assert (first, len({answer.json()["reply_id"] for answer in twins})) == (again, 1)
    assert (len(await replies.events(ReplyReceived)), len(replies.answers())) == (2, 2)
    other = await replies.text("HELP", message_id="m-2", provider="bravo", secret=b"bravo and us")
    assert other.json()["reply_id"] not in {answer.json()["reply_id"] for answer in twins}


async def test_an_address_of_several_patients_opts_all_of_them_out_and_confirms_nothing(replies: ReplyDesk) -> None:
    await replies.remind()
    first = replies.desk.patient
    second, _ = await replies.refer()
    await replies.remind()
    await replies.reply("C")
    assert await replies.events(AppointmentConfirmed) == []
    assert "please call us at" in replies.answers()[-1]
    assert await replies.events(ReplyReceived) == [], "nobody knows who of them wrote"
    await replies.reply("STOP")
    told = await replies.events(OptedOut)
    assert {event.model_dump()["patient_id"] for event in told} == {first, second}
    await replies.reply("START")
    assert len(await replies.events(OptedIn)) == 2


async def test_start_on_a_shared_address_does_not_undo_what_one_told_a_member_of_staff(replies: ReplyDesk) -> None:
    await replies.remind()
    first = replies.desk.patient
    second, _ = await replies.refer()
    await replies.remind()
    await replies.command("POST", f"/v1/patients/{first}/opt-outs", {"channel": "sms"})
    await replies.reply("STOP")
    await replies.reply("START")
    assert await replies.events(OptedIn) == [OptedIn(patient_id=second, channel=Channel.SMS)]
    (kept,) = (await replies.read(f"/v1/patients/{first}/preferences"))["opted_out"]
    assert (kept["channel"], kept["category"]) == ("sms", None)


async def test_an_address_that_was_given_up_is_its_former_holders_no_more(replies: ReplyDesk) -> None:
    await replies.remind()
    replies.reached_at(STRANGER)
    await replies.remind()
    await replies.reply("STOP", sender=PHONE)
    assert await replies.events(OptedOut) == []
    await replies.reply("STOP", sender=STRANGER)
    assert await replies.events(OptedOut) == [OptedOut(patient_id=replies.desk.patient, channel=Channel.SMS)]


async def test_stop_of_nobody_known_counts_for_whoever_gets_the_address(replies: ReplyDesk) -> None:
    await replies.reply("STOP", sender=STRANGER)
    assert "no more messages" in replies.answers()[-1]
    assert await replies.desk.edge.types() == []
    replies.alpha.taken.clear()
    replies.reached_at(STRANGER)
    await replies.desk.book()
    replies.desk.edge.clock.pass_by(days=1, minutes=1)
    await replies.run_all()
    assert replies.answers() == []
    path = f"/v1/patients/{replies.desk.patient}/opt-ins"
    assert (await replies.command("POST", path, {"channel": "sms"})).status_code == 201
    await replies.remind()


async def test_stop_races_the_sending(replies: ReplyDesk) -> None:
    await replies.remind()
    for _ in range(ROUNDS):
        booking = await replies.desk.book(times=1)
        replies.desk.edge.clock.pass_by(days=1, minutes=1)
        replies.alpha.taken.clear()
        answer, _ = await asyncio.gather(replies.text("STOP"), replies.run_once())
        await replies.run_all()
        assert answer.status_code == 201
        sent = [letter for letter in replies.alpha.taken if "appointment" in letter.wording.text]
        fates = await replies.desk.edge.rows("select state from message where about = $1 and slot = '24h'", booking)
        assert [row["state"] for row in fates] == ["sent" if sent else "suppressed"]
        before = len(replies.alpha.taken)
        await replies.desk.book(times=1)
        replies.desk.edge.clock.pass_by(days=1, minutes=1)
        await replies.run_all()
        assert len(replies.alpha.taken) == before, "nothing after it"
        await replies.reply("START")
    assert len(await replies.events(OptedOut)) == len(await replies.events(OptedIn)) == ROUNDS


@pytest.mark.parametrize("text", ["HELP", "Info", "ayuda"])
async def test_help_is_answered_once_an_hour_to_anybody(replies: ReplyDesk, text: str) -> None:
    for _ in range(2):
        await replies.reply(text, sender=STRANGER)
    assert len(replies.answers()) == 1
    replies.desk.edge.clock.pass_by(minutes=59, seconds=59)
    await replies.reply(text, sender=STRANGER)
    assert len(replies.answers()) == 1
    replies.desk.edge.clock.pass_by(seconds=1)
    await replies.reply(text, sender=STRANGER)
    assert len(replies.answers()) == 2
    spanish = "Ayuda" in replies.answers()[0]
    assert spanish == (text == "ayuda")


async def test_a_stranger_who_says_nothing_known_is_not_answered(replies: ReplyDesk) -> None:
    await replies.reply("who won the game", sender=STRANGER)
    assert replies.answers() == []


async def test_a_confirmation_is_told_once_for_each_time_of_the_appointment(replies: ReplyDesk) -> None:
    booking = await replies.remind()
    reply = await replies.reply("C")
    await replies.reply("yes")
    (told,) = await replies.events(AppointmentConfirmed)
    assert told == AppointmentConfirmed(reply_id=reply, episode_id=replies.desk.episode, booking_id=booking)
    received = [event.model_dump()["about"] for event in await replies.events(ReplyReceived)]
    assert (received, replies.answers()) == ([booking, booking], [])


async def test_an_appointment_that_was_called_off_or_has_begun_is_not_confirmed(replies: ReplyDesk) -> None:
    booking = await replies.remind()
    await replies.desk.cancel(booking)
    replies.alpha.taken.clear()
    await replies.reply("C")
    assert await replies.events(AppointmentConfirmed) == []
    assert "please call us at" in replies.answers()[-1]


async def test_sessions_in_a_row_are_one_visit_and_confirmed_together(replies: ReplyDesk) -> None:
    desk = replies.desk
    later = [await desk.book(desk.edge.clock.now() + timedelta(days=2, hours=hours)) for hours in (1, 2, 8)]
    first = await replies.remind()
    desk.edge.clock.pass_by(hours=2, minutes=1)
    await replies.run_all()
    assert len(replies.answers()) == 0, "the first reminder covers those in the row"
    await replies.reply("C")
    told = [event.model_dump()["booking_id"] for event in await replies.events(AppointmentConfirmed)]
    assert told == [first, *later[:2]]


async def test_an_appointment_at_another_time_is_confirmed_anew(replies: ReplyDesk) -> None:
    booking = await replies.remind()
    await replies.reply("C")
    former = await replies.desk.edge.value("select max(starts_at) from message where about = $1", booking)
    await replies.desk.move(booking, former, former + timedelta(days=1))
    await replies.run_all()
    await replies.reply("C")
    assert len(await replies.events(AppointmentConfirmed)) == 2, "the patient was told of the new time at once"
    await replies.reply("C")
    assert len(await replies.events(AppointmentConfirmed)) == 2


async def test_booked_again_after_it_was_called_off_it_is_confirmed(replies: ReplyDesk) -> None:
    booking = await replies.remind()
    starts_at = await replies.desk.edge.value("select max(starts_at) from message where about = $1", booking)
    await replies.desk.cancel(booking)
    await replies.desk.book(starts_at, booking=booking)
    await replies.reply("C")
    assert len(await replies.events(AppointmentConfirmed)) == 1


@pytest.mark.parametrize(("early_s", "confirmed"), [(1, 1), (0, 0), (-1, 0)], ids=["before", "at the start", "after"])
async def test_an_appointment_is_confirmed_until_it_begins(replies: ReplyDesk, early_s: int, confirmed: int) -> None:
    booking = await replies.remind()
    starts_at = await replies.desk.edge.value("select max(starts_at) from message where about = $1", booking)
    replies.desk.edge.clock.instant = starts_at - timedelta(seconds=early_s)
    await replies.reply("C")
    assert len(await replies.events(AppointmentConfirmed)) == confirmed


async def test_another_time_is_asked_for(replies: ReplyDesk) -> None:
    booking = await replies.remind()
    await replies.reply("R")
    (reply,) = await replies.events(ReplyReceived)
    assert isinstance(reply, ReplyReceived)
    assert (reply.kind, reply.about) == (ReplyKind.RESCHEDULE, booking)
    await replies.reply("can't make it")
    assert ["please call us at" in text for text in replies.answers()] == [True], "once a day"


async def test_an_answer_goes_out_in_the_middle_of_the_night_and_while_intake_is_away(replies: ReplyDesk) -> None:
    await replies.remind()
    replies.desk.edge.clock.instant = replies.desk.edge.clock.now().replace(hour=8)
    replies.desk.intake.away = True
    await replies.reply("STOP")
    assert len(replies.answers()) == 1


@pytest.mark.parametrize(("seconds", "state"), [(299, "sent"), (300, "lapsed"), (301, "lapsed")])
async def test_an_opt_out_is_confirmed_within_five_minutes_or_not_at_all(
    replies: ReplyDesk, seconds: int, state: str
) -> None:
    await replies.remind()
    replies.alpha.answer = replies.bravo.answer = TryLater("sms_unavailable", went_out_perhaps=False)
    await replies.text("STOP")
    assert await replies.run_once() == 1
    replies.alpha.answer = replies.bravo.answer = Taken("taken")
    replies.desk.edge.clock.pass_by(seconds=seconds)
    await replies.run_all()
    (answer,) = await replies.desk.edge.rows("select * from answer")
    assert (answer["state"], answer["address"], answer["wrapped"], answer["key_id"]) == (state, None, None, None)
    assert (await replies.desk.edge.types())[-1] == f"message_{state}"


async def test_an_answer_that_is_refused_fails_and_is_told(replies: ReplyDesk) -> None:
    await replies.remind()
    replies.alpha.answer = replies.bravo.answer = Refused("sms_refused")
    reply = await replies.reply("HELP")
    assert (await replies.desk.edge.types())[-1] == "message_failed"
    view = await replies.read(f"/v1/replies/{reply}")
    assert (view["answer"], view["answer_state"]) == ("help_answer", "failed")


async def test_an_answer_of_unknown_fate_is_repeated_under_its_id_and_the_ledger_says_so(replies: ReplyDesk) -> None:
    await replies.remind()
    replies.alpha.answer = TryLater("sms_unavailable", went_out_perhaps=True)
    await replies.text("HELP")
    assert await replies.run_once() == 1
    replies.alpha.answer = Taken("taken")
    await replies.run_all()
    assert len({letter.message_id for letter in replies.alpha.taken}) == 1
    rows = await replies.desk.edge.rows(
        "select outcome from attempt join answer on answer_id = message_id order by number"
    )
    assert [row["outcome"] for row in rows] == [None, "repeated"]


async def test_one_provider_away_the_other_answers(replies: ReplyDesk) -> None:
    await replies.remind()
    replies.alpha.answer = TryLater("sms_unavailable", went_out_perhaps=False)
    await replies.reply("STOP")
    assert (len(replies.alpha.taken), len(replies.bravo.taken)) == (0, 1)


async def test_neither_text_nor_address_stays_anywhere(replies: ReplyDesk, caplog: pytest.LogCaptureFixture) -> None:
    await replies.remind()
    replies.alpha.answer = replies.bravo.answer = TryLater("sms_unavailable", went_out_perhaps=False)
    for text in ("marked words, want to die", "STOP marked", "STOP", "C"):
        await replies.reply(text)
    tables = await replies.desk.edge.rows(
        "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
    )
    for (table,) in tables:
        found = await replies.desk.edge.value(f"select count(*) from {table} t where t::text ~* 'marked|{PHONE[1:]}'")
        assert found == 0, table
    assert "marked" not in caplog.text
    assert PHONE not in caplog.text


@pytest.mark.parametrize(
    ("provider", "secret"), [("alpha", b"wrong"), ("alpha", b"bravo and us"), ("charlie", b"alpha and us")]
)
async def test_a_callback_that_is_not_signed_by_its_provider_is_refused(
    replies: ReplyDesk, provider: str, secret: bytes
) -> None:
    answer = await replies.text("STOP", provider=provider, secret=secret)
    assert (answer.status_code, answer.json()["code"]) == (403, "signature_invalid")
    assert await replies.desk.edge.value("select count(*) from reply") == 0


async def test_a_number_that_nobody_has_yet_lets_the_provider_try_again(replies: ReplyDesk) -> None:
    answer = await replies.text("STOP", to="+12025550199")
    assert (answer.status_code, answer.json()["code"]) == (503, "sender_number_not_known_yet")


@pytest.mark.parametrize(
    ("field", "value"),
    [("message_id", ""), ("from", "ada"), ("to", "7"), ("text", None), ("received_at", "2026-03-02T12:00:00")],
)
async def test_a_callback_of_another_shape_names_the_field_and_not_the_value(
    replies: ReplyDesk, field: str, value: str | None
) -> None:
    answer = await replies.text("marked", wrong={field: value})
    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert [item["path"] for item in answer.json()["fields"]] == [f"body.{field}"]
    assert "marked" not in answer.text


async def test_replies_are_read_by_those_who_care_for_the_patient(replies: ReplyDesk) -> None:
    await replies.remind()
    reply = await replies.reply("C")
    (view,) = (await replies.read(f"/v1/episodes/{replies.desk.episode}/replies"))["replies"]
    assert view == await replies.read(f"/v1/replies/{reply}")
    assert (view["kind"], view["provider"], view["patient_ids"]) == ("confirm", "alpha", [str(replies.desk.patient)])
    assert view.keys().isdisjoint({"text", "address", "address_hash", "from"})
    foreign = replies.app.person(new_id(), Role.COUNSELOR, tenant=OTHER_TENANT)
    elsewhere = replies.app.person(new_id(), Role.COUNSELOR, facilities=(new_id(),))
    for token, path, status, code in (
        (foreign, f"/v1/replies/{reply}", 404, "reply_not_found"),
        (elsewhere, f"/v1/replies/{reply}", 403, "facility_out_of_scope"),
        (foreign, f"/v1/episodes/{replies.desk.episode}/replies", 503, "episode_not_known_yet"),
        (replies.app.person(new_id(), Role.ADMINISTRATOR), f"/v1/replies/{reply}", 403, "not_granted"),
    ):
        answer = await replies.app.call("GET", path, token=token)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
