"""Sending in two transactions: the attempt is committed, then intake is asked, then it goes out."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.tests.desk import ADDRESS, Desk, text_of
from stepwell_contracts.http.intake import ContactPoint
from stepwell_kernel.codes import Channel, Phase


async def test_a_reminder_goes_out_once_and_nothing_of_the_address_stays(desk: Desk) -> None:
    booking = await desk.book()
    assert await desk.run_due() == 0
    desk.edge.clock.pass_by(days=1, minutes=1)
    assert await desk.run_due() == 1
    assert await desk.run_due() == 0
    message = await desk.message(booking)
    assert message["state"] == "sent"
    (envelope,) = desk.office.taken
    assert envelope.rcpt_tos == [ADDRESS]
    assert desk.office.identifiers() == [f"<{message['message_id']}@messages.invalid>"]
    text = text_of(envelope)
    assert "North Center" in text
    assert "12:00" in text
    (event,) = await desk.edge.outbox()
    assert event.type == "stepwell.notifications.message_sent.v1"
    assert event.cause is not None
    assert event.cause.startswith("send_message/")
    (attempt,) = await desk.edge.rows("select * from attempt")
    assert (attempt["provider"], attempt["outcome"], len(attempt["address_hash"])) == ("smtp", "taken", 32)
    assert attempt["quiet_version"] == "quiet_hours/1+quiet_hours.federal/1"
    for table in ("message", "attempt", "duty", "outbox", "audit", "idempotency", "ref_appointment"):
        assert await desk.edge.value(f"select count(*) from {table} t where t::text ~* 'marked|Ada,'") == 0


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        (ContactPoint(permitted=False, reason_code="not_permitted"), "not_permitted"),
        (ContactPoint(permitted=False, reason_code="deceased"), "deceased"),
        (ContactPoint(permitted=True, first_name="Ada", zone="America/New_York"), "contact_point_incomplete"),
        (ContactPoint(permitted=True, address=ADDRESS), "contact_point_incomplete"),
    ],
    ids=["no permission", "deceased", "no address", "no zone"],
)
async def test_what_intake_says_no_to_does_not_go_out(desk: Desk, point: ContactPoint, reason: str) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)
    desk.intake.answer = point
    await desk.run_due()
    assert ((await desk.message(booking))["state"], (await desk.message(booking))["reason_code"]) == (
        "suppressed",
        reason,
    )
    assert await desk.edge.types() == ["message_suppressed"]
    assert (await desk.outcomes(), desk.office.taken) == ([], [])


async def test_a_patient_that_intake_does_not_know_any_more_is_not_written_to(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)
    desk.intake.problem = (404, "patient_not_found")
    await desk.run_due()
    assert (await desk.message(booking))["reason_code"] == "patient_not_found"


async def test_suppressed_at_sending_and_booked_again_goes_out_once_permitted(desk: Desk) -> None:
    starts_at = desk.edge.clock.now() + timedelta(days=2)
    booking = await desk.book(starts_at)
    desk.edge.clock.pass_by(days=1, minutes=1)
    permitted, desk.intake.answer = desk.intake.answer, ContactPoint(permitted=False, reason_code="not_permitted")
    await desk.run_due()
    assert (await desk.message(booking))["state"] == "suppressed"
    desk.intake.answer = permitted
    await desk.book(starts_at, booking=booking)
    assert await desk.run_due() == 1
    assert (await desk.message(booking))["state"] == "sent"
    assert await desk.outcomes() == ["taken"]


async def test_while_intake_is_away_the_duty_is_tried_again_until_the_message_lapses(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)
    desk.intake.away = True
    for _ in range(2):
        assert await desk.run_due() == 1
    (duty, _) = await desk.edge.rows("select state, attempts, error_code from duty order by due_at")
    assert tuple(duty) == ("due", 2, "intake_unavailable")
    assert await desk.outcomes() == [], "nothing was handed over"
    desk.edge.clock.pass_by(days=1)
    await desk.run_due()
    assert await desk.fates(booking) == [(slot, "lapsed", "useful_until_passed") for slot in ("24h", "2h")]
    assert await desk.edge.types() == ["message_lapsed", "message_lapsed"]
    assert (await desk.duties(), desk.office.taken) == (["done", "done"], [])


async def test_it_waits_for_the_morning_where_the_recipient_is(desk: Desk) -> None:
    booking = await desk.book(datetime(2026, 3, 5, 0, 0, tzinfo=UTC))
    assert (await desk.message(booking))["due_at"] == datetime(2026, 3, 4, 0, 0, tzinfo=UTC)
    desk.edge.clock.instant = datetime(2026, 3, 4, 0, 30, tzinfo=UTC)
    desk.intake.answer = desk.intake.answer.model_copy(update={"zone": "America/St_Johns"})
    await desk.run_due()
    moved = await desk.message(booking)
    assert (moved["state"], moved["due_at"]) == ("due", datetime(2026, 3, 4, 12, 30, tzinfo=UTC))
    assert await desk.run_due() == 0
    desk.edge.clock.instant = moved["due_at"]
    await desk.run_due()
    assert ((await desk.message(booking))["state"], await desk.outcomes()) == ("sent", ["taken"])


async def test_it_lapses_when_the_morning_is_too_late(desk: Desk) -> None:
    booking = await desk.book(datetime(2026, 3, 4, 14, 0, tzinfo=UTC))
    desk.edge.clock.instant = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
    await desk.run_due()
    assert await desk.fates(booking) == [(slot, "lapsed", "useful_until_passed") for slot in ("24h", "2h")]
    assert (await desk.edge.types(), await desk.outcomes()) == (["message_lapsed", "message_lapsed"], [])


async def test_a_server_that_is_away_is_tried_again_under_the_same_id(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)
    desk.office.recipient_answer = "451 try later"
    await desk.run_due()
    assert (await desk.message(booking))["state"] == "due"
    desk.office.recipient_answer = "250 OK"
    await desk.run_due()
    assert await desk.outcomes() == ["smtp_unavailable", "taken"]
    assert await desk.edge.types() == ["message_sent"]


async def test_an_attempt_of_unknown_fate_is_repeated_and_the_ledger_says_so(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)
    desk.office.vanishes = True
    await desk.run_due()
    desk.office.vanishes = False
    await desk.run_due()
    assert await desk.outcomes() == [None, "repeated"]
    assert len(desk.office.taken) == 2
    assert len(set(desk.office.identifiers())) == 1
    assert ((await desk.message(booking))["state"], await desk.edge.types()) == ("sent", ["message_sent"])


async def test_an_attempt_of_unknown_fate_is_not_repeated_after_a_cancellation(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)
    desk.office.vanishes = True
    await desk.run_due()
    await desk.cancel(booking)
    await desk.run_due()
    assert len(desk.office.taken) == 1
    assert (await desk.message(booking))["reason_code"] == "appointment_cancelled"


async def test_a_name_that_tells_what_kind_of_place_it_is_is_left_out(desk: Desk) -> None:
    await desk.open("Harbor Recovery Center")
    await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)
    await desk.run_due()
    (envelope,) = desk.office.taken
    assert "Harbor" not in text_of(envelope)
    assert "with +12025550100." in text_of(envelope)


async def test_what_can_never_go_out_fails(desk: Desk) -> None:
    desk.office.recipient_answer = "550 no such user"
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)
    await desk.run_due()
    assert ((await desk.message(booking))["state"], await desk.outcomes()) == ("failed", ["smtp_refused"])
    assert (await desk.edge.types(), desk.office.taken) == (["message_failed"], [])
    assert await desk.run_due() == 0


async def test_an_episode_that_closes_while_intake_is_asked_stops_its_message(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)

    async def close() -> None:
        await desk.change_phase(Phase.CLOSED)

    desk.intake.in_between = close
    await desk.run_due()
    assert ((await desk.message(booking))["reason_code"], desk.office.taken) == ("episode_over", [])


async def test_permission_withdrawn_a_minute_before_stops_what_was_due(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(hours=23, minutes=59)
    await desk.permit(Channel.EMAIL, permitted=False)
    desk.edge.clock.pass_by(minutes=1)
    assert await desk.run_due() == 0
    assert ((await desk.message(booking))["reason_code"], desk.office.taken) == ("permission_withdrawn", [])


async def test_permission_withdrawn_while_intake_is_asked_stops_the_message(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)

    async def withdraw() -> None:
        await desk.permit(Channel.EMAIL, permitted=False)

    desk.intake.in_between = withdraw
    await desk.run_due()
    assert ((await desk.message(booking))["reason_code"], desk.office.taken) == ("permission_withdrawn", [])
    assert await desk.edge.types() == ["message_suppressed", "message_suppressed"]
