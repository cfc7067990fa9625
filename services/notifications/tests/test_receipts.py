"""Receipts of providers: signed, taken once, harmless when they are late, repeated or about nothing known."""

from uuid import UUID

import pytest

from services.notifications.tests.texts_desk import TextsDesk
from stepwell_devstack.sms.provider import Receipts, Sending
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT


async def sent(texts: TextsDesk) -> tuple[UUID, UUID]:
    """A reminder that alpha took over and said nothing about since: booking and message."""
    texts.behave("alpha", receipts=Receipts.NONE)
    booking = await texts.remind()
    message_id: UUID = (await texts.desk.message(booking))["message_id"]
    return booking, message_id


async def test_delivered_is_told_once_however_often_it_comes(texts: TextsDesk) -> None:
    booking, message_id = await sent(texts)
    for news in (True, False, False):
        answer = await texts.receipt(message_id, "delivered")
        assert (answer.status_code, answer.json()) == (200, {"news": news})
    assert await texts.desk.edge.types() == ["message_sent", "message_delivered"]
    assert (await texts.desk.message(booking))["delivered_at"] == texts.desk.edge.clock.now()


async def test_undeliverable_is_a_failure_that_a_person_sees(texts: TextsDesk) -> None:
    booking, message_id = await sent(texts)
    for news in (True, False):
        answer = await texts.receipt(message_id, "undeliverable", reason_code="number_not_in_service")
        assert answer.json() == {"news": news}
    message = await texts.desk.message(booking)
    assert (message["state"], message["reason_code"]) == ("failed", "number_not_in_service")
    assert await texts.desk.edge.types() == ["message_sent", "message_failed"]
    assert await texts.ledger(booking) == [("alpha", "number_not_in_service")]


@pytest.mark.parametrize(("first", "then"), [("delivered", "undeliverable"), ("undeliverable", "delivered")])
async def test_the_first_word_of_a_provider_is_its_last(texts: TextsDesk, first: str, then: str) -> None:
    booking, message_id = await sent(texts)
    assert (await texts.receipt(message_id, first)).json() == {"news": True}
    assert (await texts.receipt(message_id, then)).json() == {"news": False}
    assert (await texts.desk.message(booking))["state"] == ("sent" if first == "delivered" else "failed")


async def test_a_failure_needs_every_provider_that_has_it_to_say_so(texts: TextsDesk) -> None:
    texts.behave("alpha", Sending.BREAKS, Receipts.NONE)
    texts.behave("bravo", receipts=Receipts.NONE)
    booking = await texts.remind()
    await texts.run_due()
    await texts.desk.edge.rows("update attempt set begun_at = begun_at - interval '300 seconds'")
    await texts.run_due()
    message_id = (await texts.desk.message(booking))["message_id"]
    assert await texts.ledger(booking) == [("alpha", None), ("alpha", None), ("bravo", "repeated")]
    assert (await texts.receipt(message_id, "undeliverable", provider="bravo")).json() == {"news": True}
    assert (await texts.desk.message(booking))["state"] == "sent", "alpha has it perhaps"
    assert (await texts.receipt(message_id, "undeliverable", provider="alpha")).json() == {"news": True}
    assert (await texts.desk.message(booking))["state"] == "failed"
    assert await texts.desk.edge.types() == ["message_sent", "message_failed"]


async def test_receipts_about_nothing_known_change_nothing(texts: TextsDesk) -> None:
    booking, message_id = await sent(texts)
    for answer in (
        await texts.receipt(new_id(), "delivered"),
        await texts.receipt(message_id, "delivered", provider="bravo"),
        await texts.receipt(message_id, "delivered", tenant=OTHER_TENANT),
    ):
        assert (answer.status_code, answer.json()) == (200, {"news": False})
    assert await texts.desk.edge.types() == ["message_sent"]
    assert (await texts.desk.message(booking))["delivered_at"] is None


async def test_a_receipt_for_a_message_that_was_stopped_stays_in_the_ledger_only(texts: TextsDesk) -> None:
    texts.behave("alpha", Sending.BREAKS, Receipts.NONE)
    booking = await texts.remind()
    await texts.desk.cancel(booking)
    await texts.run_due()
    message = await texts.desk.message(booking)
    assert (message["state"], message["reason_code"]) == ("suppressed", "appointment_cancelled")
    assert (await texts.receipt(message["message_id"], "delivered")).json() == {"news": True}
    assert await texts.ledger(booking) == [("alpha", "taken")]
    assert (await texts.desk.message(booking))["state"] == "suppressed"
    assert "message_delivered" not in await texts.desk.edge.types()


@pytest.mark.parametrize(
    ("provider", "secret"),
    [("alpha", "guessed"), ("alpha", ""), ("alpha", "bravo and us"), ("charlie", "charlie and us")],
    ids=["another secret", "no secret", "of the other provider", "an unknown provider"],
)
async def test_what_is_not_signed_by_its_provider_is_refused(texts: TextsDesk, provider: str, secret: str) -> None:
    booking, message_id = await sent(texts)
    answer = await texts.receipt(message_id, "delivered", provider=provider, secret=secret)
    assert (answer.status_code, answer.json()["code"]) == (403, "signature_invalid")
    assert (await texts.desk.message(booking))["delivered_at"] is None
    unsigned = await texts.app.http.post("/v1/receipts/alpha", json={"state": "delivered"})
    assert (unsigned.status_code, unsigned.json()["code"]) == (403, "signature_invalid")


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("lost", {}),
        ("delivered", {"reference": "riverbend.7"}),
        ("delivered", {"reference": "River Bend.01a2184c-e4f3-71ff-892a-8d202f0c5929"}),
        ("delivered", {"provider_message_id": ""}),
        ("undeliverable", {"reason_code": "Not in service!"}),
    ],
    ids=["state", "reference", "tenant", "no id", "reason"],
)
async def test_a_receipt_of_the_wrong_shape_is_refused(texts: TextsDesk, state: str, fields: dict[str, str]) -> None:
    _, message_id = await sent(texts)
    answer = await texts.receipt(message_id, state, **fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert await texts.desk.edge.types() == ["message_sent"]
