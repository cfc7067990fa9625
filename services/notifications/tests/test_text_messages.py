"""Text messages through two providers: one is asked after the other, and everyone says the same of each message."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.tests.texts_desk import NUMBER, PHONE, TextsDesk
from stepwell_contracts.http.intake import ContactPoint
from stepwell_devstack.mailbox.messages import Filter
from stepwell_devstack.sms.provider import Receipts, Sending
from stepwell_kernel.codes import Channel, Role
from stepwell_kernel.ids import new_id
from stepwell_notifications.channels.failover import FAILURES, REST_S
from stepwell_notifications.store.attempts import begin_attempt

REMINDER = "North Center: appointment 2026-03-04 12:00. Reply C to confirm, R to change, STOP to end. Call +12025550100"
AWAY, BREAKS, REFUSES, TAKES = Sending.AWAY, Sending.BREAKS, Sending.REFUSES, Sending.TAKES


async def test_a_text_message_goes_from_the_number_of_the_facility_and_no_email_beside_it(texts: TextsDesk) -> None:
    booking = await texts.remind()
    assert texts.texts() == [("alpha", REMINDER)]
    (arrived,) = texts.mailbox.newest(Filter())
    assert (arrived.letter.sender, arrived.letter.recipients) == (NUMBER, (PHONE,))
    message = await texts.desk.message(booking)
    assert (message["state"], message["channel"]) == ("sent", "sms")
    assert message["delivered_at"] is not None
    assert await texts.desk.edge.types() == ["message_sent", "message_delivered"]
    assert texts.desk.office.taken == []
    for table in ("message", "attempt", "duty", "outbox", "audit"):
        assert await texts.desk.edge.value(f"select count(*) from {table} t where t::text ~ '5550177'") == 0


@pytest.mark.parametrize(
    ("alpha", "bravo", "ledger", "fate", "arrived"),
    [
        (TAKES, AWAY, [("alpha", "taken")], "sent", ["alpha"]),
        (AWAY, TAKES, [("alpha", "sms_unavailable"), ("bravo", "taken")], "sent", ["bravo"]),
        (REFUSES, TAKES, [("alpha", "sms_refused"), ("bravo", "taken")], "sent", ["bravo"]),
        (REFUSES, REFUSES, [("alpha", "sms_refused"), ("bravo", "sms_refused")], "failed", []),
        (REFUSES, AWAY, [("alpha", "sms_refused"), ("bravo", "sms_unavailable")], "due", []),
        (AWAY, REFUSES, [("alpha", "sms_unavailable"), ("bravo", "sms_refused")], "due", []),
        (AWAY, AWAY, [("alpha", "sms_unavailable"), ("bravo", "sms_unavailable")], "due", []),
    ],
    ids=lambda value: str(value) if isinstance(value, Sending) else "",
)
async def test_the_second_provider_is_asked_at_once_and_only_all_refusals_are_a_failure(
    texts: TextsDesk, alpha: Sending, bravo: Sending, ledger: list[tuple[str, str]], fate: str, arrived: list[str]
) -> None:
    texts.behave("alpha", alpha)
    texts.behave("bravo", bravo)
    booking = await texts.remind()
    assert await texts.ledger(booking) == ledger
    assert (await texts.desk.message(booking))["state"] == fate
    assert [provider for provider, _ in texts.texts()] == arrived
    assert texts.desk.office.taken == [], "a text that no provider takes is no e-mail either"
    assert ("message_failed" in await texts.desk.edge.types()) is (fate == "failed")


async def test_a_provider_that_breaks_off_is_asked_again_under_the_same_id_and_drops_the_repeat(
    texts: TextsDesk,
) -> None:
    texts.behave("alpha", BREAKS, Receipts.NONE)
    booking = await texts.remind()
    assert await texts.ledger(booking) == [("alpha", None)]
    assert (await texts.desk.message(booking))["state"] == "sending"
    texts.behave("alpha", TAKES)
    await texts.run_due()
    assert await texts.ledger(booking) == [("alpha", None), ("alpha", "repeated")]
    (arrived,) = texts.mailbox.newest(Filter())
    assert len(arrived.receipts) == 2, "handed over twice, shown once"
    assert await texts.desk.edge.types() == ["message_sent"]


@pytest.mark.parametrize("down", [timedelta(seconds=1), timedelta(hours=1)], ids=["a moment", "an hour"])
@pytest.mark.parametrize("had_it", [False, True], ids=["before the hand-over", "after it"])
async def test_a_process_that_dies_in_an_attempt_leaves_one_message_at_one_provider(
    texts: TextsDesk, down: timedelta, *, had_it: bool
) -> None:
    if had_it:
        texts.behave("alpha", BREAKS, Receipts.NONE)
        booking = await texts.remind()
    else:
        booking = await texts.book_and_wait()
        async with texts.desk.edge.transactions(texts.desk.edge.person(Role.OPERATIONS)) as tx:
            message_id = (await texts.desk.message(booking))["message_id"]
            await begin_attempt(tx, message_id, Channel.SMS, "alpha", b"hash", "en")
    assert await texts.ledger(booking) == [("alpha", None)]
    await texts.desk.edge.rows("update attempt set begun_at = begun_at - $1::interval", down)
    texts.behave("alpha", TAKES, Receipts.NONE)
    while await texts.run_due():
        pass
    assert await texts.ledger(booking) == [("alpha", None), ("alpha", "repeated")]
    (arrived,) = texts.mailbox.newest(Filter())
    assert (arrived.letter.provider, len(arrived.receipts)) == ("alpha", 1 + had_it)
    assert await texts.desk.edge.types() == ["message_sent"]


async def test_the_second_provider_waits_for_the_receipt_of_one_that_broke_off(texts: TextsDesk) -> None:
    texts.behave("alpha", BREAKS, Receipts.NONE)
    booking = await texts.remind()
    texts.behave("alpha", AWAY)
    await texts.run_due()
    assert await texts.ledger(booking) == [("alpha", None), ("alpha", "sms_unavailable")]
    await texts.desk.edge.rows("update attempt set begun_at = begun_at - interval '300 seconds'")
    await texts.run_due()
    assert (await texts.ledger(booking))[-1] == ("bravo", "repeated")
    assert [provider for provider, _ in texts.texts()] == ["alpha", "bravo"]
    assert await texts.desk.edge.types() == ["message_sent", "message_delivered"]


async def test_a_receipt_tells_what_became_of_a_message_whose_provider_broke_off(texts: TextsDesk) -> None:
    texts.behave("alpha", BREAKS)
    booking = await texts.remind()
    assert await texts.ledger(booking) == [("alpha", "taken")]
    message = await texts.desk.message(booking)
    assert (message["state"], message["delivered_at"] is not None) == ("sent", True)
    await texts.run_due()
    assert len(texts.texts()) == 1
    assert await texts.desk.edge.types() == ["message_sent", "message_delivered"]


async def test_what_broke_off_and_cannot_be_delivered_goes_to_the_second_provider(texts: TextsDesk) -> None:
    texts.behave("alpha", BREAKS, Receipts.UNDELIVERABLE)
    booking = await texts.remind()
    assert (await texts.desk.message(booking))["state"] == "sending"
    await texts.run_due()
    assert await texts.ledger(booking) == [("alpha", "undeliverable"), ("bravo", "taken")]
    assert await texts.desk.edge.types() == ["message_sent", "message_delivered"]


async def test_what_went_out_perhaps_by_text_never_goes_by_email_too(texts: TextsDesk) -> None:
    texts.behave("alpha", BREAKS, Receipts.NONE)
    booking = await texts.remind()
    texts.desk.intake.by_text = ContactPoint(permitted=False, reason_code="not_permitted")
    await texts.run_due()
    assert (await texts.desk.message(booking))["reason_code"] == "not_permitted"
    assert texts.desk.office.taken == []


async def test_in_doubt_over_night_it_keeps_its_channel(texts: TextsDesk) -> None:
    texts.behave("alpha", BREAKS, Receipts.NONE)
    booking = await texts.desk.book(datetime(2026, 3, 5, 0, 59, tzinfo=UTC))
    texts.desk.edge.clock.instant = datetime(2026, 3, 4, 0, 59, tzinfo=UTC)
    await texts.run_due()
    assert await texts.ledger(booking) == [("alpha", None)]
    texts.desk.edge.clock.pass_by(minutes=1)
    await texts.run_due()
    message = await texts.desk.message(booking)
    assert (message["state"], message["due_at"]) == ("sending", datetime(2026, 3, 4, 14, 0, tzinfo=UTC))
    texts.desk.intake.by_text = ContactPoint(permitted=False, reason_code="not_permitted")
    texts.desk.edge.clock.instant = message["due_at"]
    await texts.run_due()
    assert (await texts.desk.message(booking))["reason_code"] == "not_permitted"
    assert texts.desk.office.taken == []


@pytest.mark.parametrize("why", ["not permitted", "opted out", "not wanted", "no number"])
async def test_without_a_way_by_text_it_goes_by_email(texts: TextsDesk, why: str) -> None:
    patient = texts.desk.patient
    match why:
        case "not permitted":
            texts.desk.intake.by_text = ContactPoint(permitted=False, reason_code="not_permitted")
        case "opted out":
            answer = await texts.command("POST", f"/v1/patients/{patient}/opt-outs", {"channel": "sms"})
            assert answer.status_code == 201
        case "not wanted":
            wanted = {"wanted": [{"category": "reminders", "channel": "email"}]}
            answer = await texts.command("PUT", f"/v1/patients/{patient}/preferences", wanted)
            assert answer.status_code == 200
        case _:
            texts.desk.intake.by_text = ContactPoint(permitted=True, first_name="Ada", zone="America/New_York")
    booking = await texts.remind()
    message = await texts.desk.message(booking)
    assert (message["state"], message["channel"]) == ("sent", "email")
    assert (len(texts.desk.office.taken), texts.texts()) == (1, [])
    assert await texts.ledger(booking) == [("smtp", "taken")]


async def test_permission_withdrawn_for_text_sends_it_by_email(texts: TextsDesk) -> None:
    await texts.desk.permit(Channel.SMS, permitted=True)
    booking = await texts.book_and_wait()

    async def withdraw() -> None:
        texts.desk.intake.by_text = ContactPoint(permitted=False, reason_code="not_permitted")
        await texts.desk.permit(Channel.SMS, permitted=False)

    texts.desk.intake.in_between = withdraw
    await texts.run_due()
    await texts.run_due()
    assert ((await texts.desk.message(booking))["channel"], texts.texts()) == ("email", [])
    assert len(texts.desk.office.taken) == 1


async def test_a_provider_that_is_away_again_and_again_rests_and_is_tried_with_one_message(texts: TextsDesk) -> None:
    texts.behave("alpha", AWAY)
    for _ in range(FAILURES):
        booking = await texts.remind()
        assert await texts.ledger(booking) == [("alpha", "sms_unavailable"), ("bravo", "taken")]
    assert await texts.ledger(await texts.remind()) == [("bravo", "taken")]
    texts.machine.seconds += REST_S
    assert await texts.ledger(await texts.remind()) == [("alpha", "sms_unavailable"), ("bravo", "taken")]
    assert await texts.ledger(await texts.remind()) == [("bravo", "taken")]
    texts.behave("alpha", TAKES)
    texts.machine.seconds += REST_S
    for _ in range(2):
        assert await texts.ledger(await texts.remind()) == [("alpha", "taken")], "the first is asked first again"


async def test_while_both_are_away_messages_wait_and_none_is_lost_or_doubled(texts: TextsDesk) -> None:
    texts.behave("alpha", AWAY)
    texts.behave("bravo", AWAY)
    now = texts.desk.edge.clock.now()
    soon = [await texts.desk.book(now + timedelta(hours=24, minutes=m)) for m in (1, 200)]
    later = [await texts.desk.book(now + timedelta(hours=25 + 4 * n)) for n in range(5)]
    texts.desk.edge.clock.pass_by(hours=1)
    for _ in range(4):
        await texts.run_due()
        assert texts.texts() == []
    assert {(await texts.desk.message(b))["state"] for b in soon} == {"due"}
    texts.desk.edge.clock.pass_by(hours=27)
    texts.behave("alpha", TAKES)
    texts.behave("bravo", TAKES)
    texts.machine.seconds += REST_S
    while await texts.run_due():
        pass
    every = [await texts.desk.message(b) for b in (*soon, *later)]
    assert [message["state"] for message in every[:2]] == ["lapsed", "lapsed"]
    fates = await texts.desk.edge.rows("select message_id, state from message")
    told = await texts.desk.edge.types()
    assert {row["state"] for row in fates} <= {"sent", "lapsed", "suppressed", "due"}
    sent = [row["message_id"] for row in fates if row["state"] == "sent"]
    keys = [message.letter.idempotency_key for message in texts.mailbox.newest(Filter())]
    assert sorted(key.partition("/")[2] for key in keys if key) == sorted(map(str, sent))
    assert told.count("message_sent") == told.count("message_delivered") == len(sent) >= 4
    assert told.count("message_lapsed") == sum(row["state"] == "lapsed" for row in fates)


async def test_the_ledger_and_the_providers_over_http(texts: TextsDesk) -> None:
    texts.behave("alpha", REFUSES)
    booking = await texts.remind()
    message_id = (await texts.desk.message(booking))["message_id"]
    listed = await texts.read(f"/v1/messages/{message_id}/attempts", Role.SCHEDULER)
    first, second = listed["attempts"]
    assert (first["provider"], first["outcome"], first["refused"]) == ("alpha", "sms_refused", True)
    assert (second["provider"], second["outcome"], second["receipt"]) == ("bravo", "taken", "delivered")
    assert second["provider_message_id"].startswith("sms-")
    assert "address_hash" not in first
    known = {row["provider"]: row for row in (await texts.read("/v1/providers"))["providers"]}
    assert [(p, row["channel"], row["place"], row["active"]) for p, row in known.items()] == [
        ("smtp", "email", 1, True),
        ("alpha", "sms", 1, True),
        ("bravo", "sms", 2, True),
    ]
    assert (known["alpha"]["attempts"], known["alpha"]["refused"], known["alpha"]["later"]) == (1, 1, 0)
    assert (known["bravo"]["taken"], known["bravo"]["delivered"], known["bravo"]["unknown"]) == (1, 1, 0)
    assert known["smtp"]["attempts"] == 0
    nothing = await texts.read("/v1/providers", since="2199-01-01T00:00:00Z")
    assert {row["attempts"] for row in nothing["providers"]} == {0}


async def test_who_may_not_see_the_ledger_or_the_providers_is_told_why(texts: TextsDesk) -> None:
    booking = await texts.remind()
    message_id = (await texts.desk.message(booking))["message_id"]
    for role, path, status, code in (
        (Role.NURSE, f"/v1/messages/{message_id}/attempts", 403, "not_granted"),
        (Role.COUNSELOR, f"/v1/messages/{new_id()}/attempts", 404, "message_not_found"),
        (Role.COUNSELOR, "/v1/providers", 403, "not_granted"),
        (Role.OPERATIONS, "/v1/providers?since=yesterday", 422, "request_invalid"),
    ):
        answer = await texts.app.call("GET", path, token=texts.app.person(new_id(), role))
        assert (answer.status_code, answer.json()["code"]) == (status, code)
