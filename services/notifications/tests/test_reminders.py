"""Reminders follow bookings, and stop with the reason for them."""

from datetime import timedelta

import pytest

from services.notifications.tests.desk import Desk
from stepwell_kernel.codes import Channel, DischargeReason, Phase
from stepwell_kernel.ids import new_id
from stepwell_notifications.domain.messages import reminder_id


async def test_a_booking_plans_one_reminder_for_each_slot(desk: Desk) -> None:
    starts_at = desk.edge.clock.now() + timedelta(days=7)
    booking = await desk.book(starts_at)
    for slot, hours in (("72h", 72), ("24h", 24), ("2h", 2)):
        message = await desk.message(booking, slot)
        assert message["message_id"] == reminder_id(booking, slot, starts_at)
        assert (message["state"], message["channel"], message["rule_version"]) == ("due", None, f"reminder.{slot}/2")
        assert (message["due_at"], message["useful_until"]) == (starts_at - timedelta(hours=hours), starts_at)
        (duty,) = await desk.edge.rows("select * from duty where key = $1", str(message["message_id"]))
        assert (duty["state"], duty["due_at"]) == ("due", message["due_at"])
        assert set(duty["payload"] if isinstance(duty["payload"], dict) else ()) <= {"message_id", "patient_id"}
    assert await desk.edge.value("select count(*) from duty") == 3
    assert await desk.edge.outbox() == []


@pytest.mark.parametrize(
    ("ahead", "slots"),
    [
        (timedelta(hours=73), ["72h", "24h", "2h"]),
        (timedelta(hours=72, seconds=1), ["72h", "24h", "2h"]),
        (timedelta(hours=72), ["24h", "2h"]),
        (timedelta(hours=25), ["24h", "2h"]),
        (timedelta(hours=3), ["2h"]),
        (timedelta(hours=2), []),
    ],
    ids=str,
)
async def test_a_slot_that_has_passed_when_the_seat_is_booked_is_left_out(
    desk: Desk, ahead: timedelta, slots: list[str]
) -> None:
    booking = await desk.book(desk.edge.clock.now() + ahead)
    assert [slot for slot, _, _ in await desk.fates(booking)] == slots


async def test_a_cancellation_suppresses_and_a_new_booking_makes_it_due_again(desk: Desk) -> None:
    booking = await desk.book()
    planned = await desk.message(booking)
    await desk.cancel(booking)
    assert (await desk.message(booking))["state"] == "suppressed"
    assert (await desk.message(booking))["reason_code"] == "appointment_cancelled"
    assert await desk.duties() == ["cancelled", "cancelled"]
    assert await desk.edge.types() == ["message_suppressed", "message_suppressed"]
    await desk.book(planned["starts_at"], booking=booking)
    again = await desk.message(booking)
    assert (again["message_id"], again["state"]) == (planned["message_id"], "due")
    desk.edge.clock.pass_by(days=1, minutes=1)
    await desk.run_due()
    assert (await desk.message(booking))["state"] == "sent"
    assert sorted(await desk.duties()) == ["done", "due"]


async def test_a_seat_given_back_late_is_reminded_of_once_and_not_by_every_slot_that_has_passed(desk: Desk) -> None:
    starts_at = desk.edge.clock.now() + timedelta(days=5)
    booking = await desk.book(starts_at)
    await desk.cancel(booking)
    desk.edge.clock.instant = starts_at - timedelta(hours=3)
    await desk.book(starts_at, booking=booking)
    fates = [(slot, state) for slot, state, _ in await desk.fates(booking)]
    assert fates == [("72h", "suppressed"), ("24h", "due"), ("2h", "due")]


async def test_of_reminders_whose_time_has_come_only_the_last_goes_out(desk: Desk) -> None:
    """After an outage, or a night that ended after the next one was due."""
    starts_at = desk.edge.clock.now() + timedelta(days=4)
    booking = await desk.book(starts_at)
    desk.edge.clock.instant = starts_at - timedelta(hours=22)
    for _ in range(2):
        await desk.run_due()
    assert len(desk.office.taken) == 1
    assert sorted(await desk.fates(booking)) == [
        ("24h", "sent", None),
        ("2h", "due", None),
        ("72h", "suppressed", "later_reminder_due"),
    ]


async def test_what_was_sent_is_not_sent_again_after_a_new_booking(desk: Desk) -> None:
    booking = await desk.book()
    starts_at = (await desk.message(booking))["starts_at"]
    desk.edge.clock.pass_by(days=1, minutes=1)
    await desk.run_due()
    await desk.cancel(booking)
    await desk.book(starts_at, booking=booking)
    await desk.run_due()
    assert (await desk.message(booking))["state"] == "sent"
    assert len(desk.office.taken) == 1
    assert await desk.edge.types() == ["message_sent", "message_suppressed"]


async def test_an_episode_that_is_over_has_no_more_reminders(desk: Desk) -> None:
    bookings = [await desk.book(), await desk.book(desk.edge.clock.now() + timedelta(days=3))]
    await desk.change_phase(Phase.STEP_DOWN)
    assert [(await desk.message(b))["state"] for b in bookings] == ["due", "due"]
    await desk.change_phase(Phase.CLOSED)
    assert [(await desk.message(b))["reason_code"] for b in bookings] == ["episode_over", "episode_over"]
    assert set(await desk.edge.types()) == {"message_suppressed"}
    assert [event.version for event in await desk.edge.outbox()] == [1, 2, 3, 4]


async def test_withdrawn_permission_stops_what_has_no_other_channel(desk: Desk) -> None:
    booking = await desk.book()
    await desk.permit(Channel.SMS, permitted=True)
    await desk.permit(Channel.EMAIL, permitted=False)
    assert (await desk.message(booking))["state"] == "due"
    await desk.permit(Channel.SMS, permitted=False)
    assert (await desk.message(booking))["reason_code"] == "permission_withdrawn"


async def test_rules_that_are_not_in_force_plan_nothing(desk: Desk) -> None:
    await desk.edge.rows("update reminder_rule set effective_to = '2026-03-02' where rule_id = 'reminder.24h'")
    await desk.edge.rows("update reminder_rule set active = false where rule_id = 'reminder.72h'")
    booking = await desk.book(starts_at=desk.edge.clock.now() + timedelta(days=5))
    due = await desk.edge.rows("select starts_at - due_at as ahead from message where about = $1", booking)
    assert [row["ahead"] for row in due] == [timedelta(hours=2)]


async def test_after_a_discharge_nothing_of_the_episode_is_due(desk: Desk) -> None:
    booking = await desk.book()
    await desk.discharge(DischargeReason.COMPLETED)
    assert await desk.fates(booking) == [("24h", "suppressed", "discharged"), ("2h", "suppressed", "discharged")]


async def test_after_a_death_nothing_of_the_patient_is_due(desk: Desk) -> None:
    booking = await desk.book()
    episode, desk.episode = desk.episode, new_id()
    other = await desk.book(desk.edge.clock.now() + timedelta(days=3))
    desk.episode = episode
    await desk.discharge(DischargeReason.DEATH)
    assert {reason for about in (booking, other) for _, _, reason in await desk.fates(about)} == {"deceased"}
