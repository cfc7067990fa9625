"""Reminders follow bookings, and stop with the reason for them."""

from datetime import timedelta

from services.notifications.tests.desk import Desk
from stepwell_kernel.codes import Channel, Phase
from stepwell_kernel.ids import derived_id


async def test_a_booking_plans_one_reminder_a_day_before(desk: Desk) -> None:
    starts_at = desk.edge.clock.now() + timedelta(days=2)
    booking = await desk.book(starts_at)
    message = await desk.message(booking)
    assert message["message_id"] == derived_id(booking, "appointment_reminder", "24h")
    assert (message["state"], message["channel"]) == ("due", "email")
    assert (message["due_at"], message["useful_until"]) == (starts_at - timedelta(days=1), starts_at)
    (duty,) = await desk.edge.rows("select * from duty")
    assert (duty["state"], duty["due_at"]) == ("due", message["due_at"])
    assert set(duty["payload"] if isinstance(duty["payload"], dict) else ()) <= {"message_id", "patient_id"}
    assert await desk.edge.outbox() == []


async def test_a_cancellation_suppresses_and_a_new_booking_makes_it_due_again(desk: Desk) -> None:
    booking = await desk.book()
    planned = await desk.message(booking)
    await desk.cancel(booking)
    assert (await desk.message(booking))["state"] == "suppressed"
    assert (await desk.message(booking))["reason_code"] == "appointment_cancelled"
    assert await desk.duties() == ["cancelled"]
    assert await desk.edge.types() == ["message_suppressed"]
    await desk.book(planned["starts_at"], booking=booking)
    again = await desk.message(booking)
    assert (again["message_id"], again["state"]) == (planned["message_id"], "due")
    desk.edge.clock.pass_by(days=1, minutes=1)
    await desk.run_due()
    assert (await desk.message(booking))["state"] == "sent"
    assert await desk.duties() == ["done"]


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
    assert await desk.edge.types() == ["message_sent"]


async def test_an_episode_that_is_over_has_no_more_reminders(desk: Desk) -> None:
    bookings = [await desk.book(), await desk.book(desk.edge.clock.now() + timedelta(days=3))]
    await desk.change_phase(Phase.STEP_DOWN)
    assert [(await desk.message(b))["state"] for b in bookings] == ["due", "due"]
    await desk.change_phase(Phase.CLOSED)
    assert [(await desk.message(b))["reason_code"] for b in bookings] == ["episode_over", "episode_over"]
    assert await desk.edge.types() == ["message_suppressed", "message_suppressed"]
    assert [event.version for event in await desk.edge.outbox()] == [1, 2]


async def test_withdrawn_permission_stops_what_is_due_on_that_channel_only(desk: Desk) -> None:
    booking = await desk.book()
    await desk.permit(Channel.SMS, permitted=False)
    await desk.permit(Channel.EMAIL, permitted=True)
    assert (await desk.message(booking))["state"] == "due"
    await desk.permit(Channel.EMAIL, permitted=False)
    assert (await desk.message(booking))["reason_code"] == "permission_withdrawn"


async def test_rules_that_are_not_in_force_plan_nothing(desk: Desk) -> None:
    await desk.edge.rows("update reminder_rule set effective_to = '2026-03-02' where rule_id = 'reminder.24h'")
    booking = await desk.book()
    assert await desk.edge.value("select count(*) from message where about = $1", booking) == 0
    await desk.edge.rows("update reminder_rule set active = true where rule_id <> 'reminder.24h'")
    await desk.book(booking=booking, starts_at=desk.edge.clock.now() + timedelta(days=5))
    due = await desk.edge.rows("select starts_at - due_at as ahead from message order by due_at")
    assert [row["ahead"] for row in due] == [timedelta(hours=72), timedelta(hours=2)]
