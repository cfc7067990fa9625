"""The patient says that they will come."""

from uuid import UUID

from stepwell_contracts.events.notifications_replies import AppointmentConfirmed
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.store.confirmations import ToldAppointment, store_confirmation
from stepwell_postgres.transaction import Transaction


async def confirm_appointment(tx: Transaction, patient_id: UUID, appointment: ToldAppointment, reply_id: UUID) -> None:
    """Tell it once for each time of an appointment: moved, it is confirmed anew."""
    stream = await lock_patient(tx, patient_id)
    if await store_confirmation(tx, appointment, reply_id):
        event = AppointmentConfirmed(
            reply_id=reply_id, episode_id=appointment.episode_id, booking_id=appointment.booking_id
        )
        tx.emit(stream, event, episode_id=appointment.episode_id)
