"""What stops a message against its sending: it either went out or was suppressed, and everyone says the same."""

from datetime import timedelta

from services.notifications.tests.desk import Desk


async def test_cancelled_while_intake_is_asked_it_does_not_go_out(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)

    async def cancel() -> None:
        await desk.cancel(booking)

    desk.intake.in_between = cancel
    await desk.run_due()
    assert ((await desk.message(booking))["state"], desk.office.taken) == ("suppressed", [])
    assert await desk.edge.types() == ["message_suppressed", "message_suppressed"]
    assert await desk.outcomes() == []


async def test_cancelled_and_booked_again_while_intake_is_asked_it_goes_out(desk: Desk) -> None:
    starts_at = desk.edge.clock.now() + timedelta(days=2)
    booking = await desk.book(starts_at)
    desk.edge.clock.pass_by(days=1, minutes=1)

    async def change_the_mind() -> None:
        await desk.cancel(booking)
        await desk.book(starts_at, booking=booking)

    desk.intake.in_between = change_the_mind
    await desk.run_due()
    assert ((await desk.message(booking))["state"], len(desk.office.taken)) == ("sent", 1)
    assert (await desk.edge.types())[-1] == "message_sent"


async def test_cancelled_while_it_is_handed_over_it_is_sent(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)

    async def cancel() -> None:
        await desk.cancel(booking)

    desk.office.in_between = cancel
    await desk.run_due()
    assert ((await desk.message(booking))["state"], len(desk.office.taken)) == ("sent", 1)
    assert await desk.edge.types() == ["message_suppressed", "message_sent"], "the one two hours before, and this one"
