"""Cancellation against sending: each reminder either went out or was suppressed, and everyone says the same."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

from services.notifications.tests.desk import Desk

MESSAGES = 24


async def test_cancelled_while_intake_is_asked_it_does_not_go_out(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)

    async def cancel() -> None:
        await desk.cancel(booking)

    desk.intake.in_between = cancel
    await desk.run_due()
    assert ((await desk.message(booking))["state"], desk.office.taken) == ("suppressed", [])
    assert await desk.edge.types() == ["message_suppressed"]
    assert await desk.outcomes() == ["suppressed"]


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
    assert await desk.edge.types() == ["message_sent"]


async def test_cancelled_while_it_is_handed_over_it_is_sent(desk: Desk) -> None:
    booking = await desk.book()
    desk.edge.clock.pass_by(days=1, minutes=1)

    async def cancel() -> None:
        await desk.cancel(booking)

    desk.office.in_between = cancel
    await desk.run_due()
    assert ((await desk.message(booking))["state"], len(desk.office.taken)) == ("sent", 1)
    assert await desk.edge.types() == ["message_sent"]


async def test_many_cancellations_race_the_sending(desk: Desk) -> None:
    starts_at = desk.edge.clock.now() + timedelta(days=2)
    bookings = [await desk.book(starts_at + timedelta(minutes=n), times=1) for n in range(MESSAGES)]
    desk.edge.clock.pass_by(days=1, hours=1)

    async def cancel_in_turn(some: list[UUID]) -> None:
        for booking in some:
            await desk.cancel(booking, times=1)

    await asyncio.gather(desk.run_due(), cancel_in_turn(bookings[::2]), cancel_in_turn(bookings[-1::-2]))
    while await desk.run_due():
        pass
    states = {b: await desk.message(b) for b in bookings}
    fates = Counter(message["state"] for message in states.values())
    assert fates.keys() <= {"sent", "suppressed"}
    sent = sorted(f"<{m['message_id']}@messages.invalid>" for m in states.values() if m["state"] == "sent")
    assert sorted(desk.office.identifiers()) == sent
    events = await desk.edge.outbox()
    told = Counter(event.type.split(".")[2].removeprefix("message_") for event in events)
    assert told == fates
    assert sorted(event.version for event in events) == list(range(1, MESSAGES + 1))
