"""News of appointments at once: moved, cancelled by the facility, a place found; one message for each cause."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.notifications.tests.desk import ZONE, Desk, text_of
from stepwell_contracts.events.scheduling_care import WaitlistEnded
from stepwell_kernel.ids import new_id
from stepwell_kernel.scheduling_codes import WaitlistOutcome


async def test_a_move_is_told_at_once_and_reminders_follow_to_the_new_time(desk: Desk) -> None:
    former = desk.edge.clock.now() + timedelta(days=4)
    booking = await desk.book(former)
    await desk.move(booking, former, former + timedelta(days=1))
    stopped = [(slot, "suppressed", "appointment_moved") for slot in ("72h", "24h", "2h")]
    due = [(what, "due", None) for what in ("appointment_moved", "72h", "24h", "2h")]
    assert Counter(await desk.fates(booking)) == Counter([*stopped, *due])
    await desk.run_due()
    (envelope,) = desk.office.taken
    assert "is now on 2026-03-07 at 12:00" in text_of(envelope)
    desk.edge.clock.pass_by(days=5)
    await desk.run_due()
    assert len(desk.office.taken) == 1, "the reminders of the new time have lapsed, those of the old one never were"


async def test_a_second_move_takes_the_news_of_the_first_back(desk: Desk) -> None:
    first = desk.edge.clock.now() + timedelta(days=4)
    booking = await desk.book(first)
    second, third = first + timedelta(days=1), first + timedelta(days=2)
    await desk.move(booking, first, second)
    await desk.move(booking, second, third)
    moves = [fate for fate in await desk.fates(booking) if fate[0] == "appointment_moved"]
    assert sorted(moves) == [
        ("appointment_moved", "due", None),
        ("appointment_moved", "suppressed", "appointment_moved"),
    ]
    await desk.run_due()
    (envelope,) = desk.office.taken
    assert "2026-03-08" in text_of(envelope)


async def test_moved_there_and_back_is_reminded_of_the_first_time_again(desk: Desk) -> None:
    first = desk.edge.clock.now() + timedelta(days=4)
    booking = await desk.book(first)
    await desk.move(booking, first, first + timedelta(days=1))
    await desk.move(booking, first + timedelta(days=1), first)
    due = await desk.edge.rows("select starts_at, slot from message where slot is not null and state = 'due'")
    assert sorted((row["starts_at"], row["slot"]) for row in due) == [(first, "24h"), (first, "2h"), (first, "72h")]


async def test_another_room_at_the_same_time_is_no_news(desk: Desk) -> None:
    starts_at = desk.edge.clock.now() + timedelta(days=4)
    booking = await desk.book(starts_at)
    before = await desk.fates(booking)
    await desk.move(booking, starts_at, starts_at)
    assert await desk.fates(booking) == before


async def test_what_the_facility_cancels_is_told_and_what_the_patient_cancels_is_not(desk: Desk) -> None:
    theirs, ours = await desk.book(), await desk.book(desk.edge.clock.now() + timedelta(days=3))
    await desk.cancel(theirs)
    await desk.cancel(ours, "program_cancelled")
    assert [what for what, state, _ in await desk.fates(theirs) if state == "due"] == []
    assert [what for what, state, _ in await desk.fates(ours) if state == "due"] == ["appointment_cancelled"]
    await desk.run_due()
    (envelope,) = desk.office.taken
    assert "on 2026-03-05 at 12:00 with North Center will not take place" in text_of(envelope)


async def test_a_cancellation_of_an_appointment_without_reminders_is_told_too(desk: Desk) -> None:
    booking = await desk.book(desk.edge.clock.now() + timedelta(hours=1))
    assert await desk.fates(booking) == []
    await desk.cancel(booking, "program_cancelled")
    assert await desk.fates(booking) == [("appointment_cancelled", "due", None)]


async def test_a_cancellation_is_no_news_once_it_would_have_begun_or_was_never_known(desk: Desk) -> None:
    booking = await desk.book(desk.edge.clock.now() + timedelta(hours=1))
    desk.edge.clock.pass_by(hours=1)
    await desk.cancel(booking, "program_cancelled")
    await desk.cancel(new_id(), "program_cancelled")
    assert await desk.edge.value("select count(*) from message") == 0


async def test_cancelled_and_booked_again_is_not_told_as_cancelled(desk: Desk) -> None:
    starts_at = desk.edge.clock.now() + timedelta(days=2)
    booking = await desk.book(starts_at)
    await desk.cancel(booking, "program_cancelled")
    await desk.book(starts_at, booking=booking)
    assert ("appointment_cancelled", "suppressed", "appointment_booked_again") in await desk.fates(booking)
    await desk.run_due()
    assert desk.office.taken == []


@pytest.mark.parametrize(
    ("outcome", "told"),
    [(WaitlistOutcome.PROMOTED, True), (WaitlistOutcome.WITHDRAWN, False), (WaitlistOutcome.LEFT_CARE, False)],
)
async def test_a_place_that_was_found_is_told(desk: Desk, outcome: WaitlistOutcome, *, told: bool) -> None:
    waitlist: UUID = new_id()
    ended = WaitlistEnded(
        waitlist_id=waitlist,
        episode_id=desk.episode,
        group_id=new_id(),
        outcome=outcome,
        membership_id=new_id() if told else None,
    )
    await desk.tell((ended, desk.patient))
    assert await desk.fates(waitlist) == ([("seat_found", "due", None)] if told else [])
    await desk.run_due()
    assert len(desk.office.taken) == told
    if told:
        message = await desk.message(waitlist, None)
        assert message["useful_until"] == message["due_at"] + timedelta(days=3)
        assert "has a place for you now" in text_of(desk.office.taken[0])


async def test_sessions_in_a_row_are_one_visit_with_one_reminder(desk: Desk) -> None:
    first = desk.edge.clock.now() + timedelta(days=2)
    minutes = (0, 90, 180, 181, 400)
    bookings = [await desk.book(first + timedelta(minutes=after)) for after in minutes]
    desk.edge.clock.instant = first - timedelta(hours=17)
    for _ in range(3):
        await desk.run_due()
    assert [(await desk.message(booking))["reason_code"] for booking in bookings] == [
        None,
        "covered_by_another",
        "covered_by_another",
        None,
        None,
    ], "180 minutes after the first is covered, 181 is not; what is covered covers nobody"


async def test_a_night_after_an_outage_is_waited_out_by_every_reminder_of_a_row(desk: Desk) -> None:
    first = datetime(2026, 3, 5, 19, tzinfo=ZoneInfo(ZONE))
    bookings = [await desk.book(first), await desk.book(first + timedelta(minutes=30))]
    desk.edge.clock.instant = first - timedelta(hours=22)
    await desk.run_due()
    nine = first - timedelta(hours=10)
    assert [(await desk.message(booking))["due_at"] for booking in bookings] == [nine, nine]
    desk.edge.clock.instant = nine
    for _ in range(2):
        await desk.run_due()
    assert [(await desk.message(booking))["state"] for booking in bookings] == ["sent", "suppressed"]


async def test_when_the_first_of_a_row_is_cancelled_the_next_is_reminded(desk: Desk) -> None:
    first = desk.edge.clock.now() + timedelta(days=2)
    bookings = [await desk.book(first), await desk.book(first + timedelta(minutes=90))]
    await desk.cancel(bookings[0])
    desk.edge.clock.instant = first - timedelta(hours=20)
    await desk.run_due()
    assert (await desk.message(bookings[1]))["state"] == "sent"
    assert len(desk.office.taken) == 1
