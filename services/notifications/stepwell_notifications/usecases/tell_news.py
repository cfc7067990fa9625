"""Tell a patient at once what they cannot know: an appointment that will not be, a place that was found."""

from uuid import UUID

from stepwell_contracts.events.scheduling import AppointmentCancelled
from stepwell_contracts.events.scheduling_care import WaitlistEnded
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_kernel.scheduling_codes import WaitlistOutcome
from stepwell_notifications.domain.messages import CANCELLED_BY_FACILITY, NEWS_IS_USEFUL_FOR, Message, news_id
from stepwell_notifications.store.appointments import find_appointment
from stepwell_notifications.store.reference import find_episode
from stepwell_notifications.usecases.plan_messages import plan
from stepwell_postgres.transaction import Transaction


async def tell_cancelled(tx: Transaction, cancelled: AppointmentCancelled, event_id: UUID) -> None:
    """Told when the facility cancelled, of an appointment that has not begun."""
    if cancelled.reason_code not in CANCELLED_BY_FACILITY:
        return
    appointment = await find_appointment(tx, cancelled.booking_id)
    if appointment is None or appointment.starts_at <= tx.now:
        return
    message = Message(
        message_id=news_id(event_id, MessageTemplate.APPOINTMENT_CANCELLED),
        facility_id=appointment.facility_id,
        episode_id=cancelled.episode_id,
        patient_id=cancelled.patient_id,
        template=MessageTemplate.APPOINTMENT_CANCELLED,
        about=cancelled.booking_id,
        starts_at=appointment.starts_at,
        due_at=tx.now,
        useful_until=appointment.starts_at,
    )
    await plan(tx, message)


async def tell_seat_found(tx: Transaction, ended: WaitlistEnded, event_id: UUID) -> None:
    """Told when a wait ended with a place. Raises Unavailable (`episode_not_known_yet`)."""
    if ended.outcome is not WaitlistOutcome.PROMOTED:
        return
    episode = await find_episode(tx, ended.episode_id)
    message = Message(
        message_id=news_id(event_id, MessageTemplate.SEAT_FOUND),
        facility_id=episode.facility_id,
        episode_id=ended.episode_id,
        patient_id=episode.patient_id,
        template=MessageTemplate.SEAT_FOUND,
        about=ended.waitlist_id,
        due_at=tx.now,
        useful_until=tx.now + NEWS_IS_USEFUL_FOR,
    )
    await plan(tx, message)
