"""Messages follow the facts: reminders follow bookings, and stop with the reason for them."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.events.intake import ContactPermissionChanged, EpisodePhaseChanged, ReferralReceived
from stepwell_contracts.events.intake_decisions import DischargeDecided
from stepwell_contracts.events.scheduling import AppointmentBooked, AppointmentCancelled, FacilityPublished
from stepwell_contracts.events.scheduling_care import AppointmentMoved, WaitlistEnded
from stepwell_kernel.codes import DischargeReason, Phase
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_messaging.consumer import Handler, Incoming
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.domain.messages import OVER
from stepwell_notifications.store.appointments import Appointment, keep_appointment
from stepwell_notifications.store.confirmations import call_off
from stepwell_notifications.store.messages import open_about, open_of_patient
from stepwell_notifications.store.permissions import keep_permission
from stepwell_notifications.store.reference import Facility, find_episode, keep_episode, keep_facility
from stepwell_notifications.usecases.move_reminders import move_reminders
from stepwell_notifications.usecases.plan_reminders import plan_reminders
from stepwell_notifications.usecases.suppress import suppress
from stepwell_notifications.usecases.suppress_unpermitted import suppress_unpermitted
from stepwell_notifications.usecases.tell_news import tell_cancelled, tell_seat_found
from stepwell_postgres.transaction import Transaction


async def on_facility_published(tx: Transaction, incoming: Incoming) -> None:
    """A facility as patients may read it."""
    event = incoming.read(FacilityPublished)
    facility = Facility(event.facility_id, event.neutral_name, event.callback_number, event.zone, event.jurisdiction)
    await keep_facility(tx, facility, incoming.envelope.version)


async def on_referral_received(tx: Transaction, incoming: Incoming) -> None:
    """A new episode."""
    event = incoming.read(ReferralReceived)
    version = incoming.envelope.version
    await keep_episode(tx, event.episode_id, event.patient_id, event.facility_id, Phase.REFERRAL, version)


async def on_episode_phase_changed(tx: Transaction, incoming: Incoming) -> None:
    """The episode moved; when it is over, so are its messages."""
    event = incoming.read(EpisodePhaseChanged)
    version = incoming.envelope.version
    await lock_patient(tx, event.patient_id)
    await keep_episode(tx, event.episode_id, event.patient_id, event.facility_id, event.phase, version)
    if event.phase in OVER:
        await suppress(tx, await open_of_patient(tx, event.patient_id, event.episode_id), "episode_over")


async def on_discharge_decided(tx: Transaction, incoming: Incoming) -> None:
    """Nothing that is due for the episode goes out any more; after a death nothing at all."""
    event = incoming.read(DischargeDecided)
    patient_id = (await find_episode(tx, event.episode_id)).patient_id
    await lock_patient(tx, patient_id)
    if event.reason is DischargeReason.DEATH:
        await suppress(tx, await open_of_patient(tx, patient_id), "deceased")
    else:
        await suppress(tx, await open_of_patient(tx, patient_id, event.episode_id), "discharged")


async def on_contact_permission_changed(tx: Transaction, incoming: Incoming) -> None:
    """Withdrawn permission stops what is due and has no other channel."""
    event = incoming.read(ContactPermissionChanged)
    version = incoming.envelope.version
    await lock_patient(tx, event.patient_id)
    await keep_permission(tx, event.patient_id, event.channel, permitted=event.permitted, version=version)
    if not event.permitted:
        await suppress_unpermitted(tx, event.patient_id)


async def on_appointment_booked(tx: Transaction, incoming: Incoming) -> None:
    """Reminders are planned; that it was cancelled before is no news any more."""
    event = incoming.read(AppointmentBooked)
    await lock_patient(tx, event.patient_id)
    appointment = Appointment(event.facility_id, event.starts_at)
    await keep_appointment(tx, event.booking_id, appointment, incoming.envelope.version)
    former = await open_about(tx, event.booking_id)
    outdated = [message for message in former if message.template is MessageTemplate.APPOINTMENT_CANCELLED]
    await suppress(tx, outdated, "appointment_booked_again")
    await plan_reminders(tx, event, incoming.envelope.time)


async def on_appointment_moved(tx: Transaction, incoming: Incoming) -> None:
    """The new time is told and reminded of, the old one no more."""
    event = incoming.read(AppointmentMoved)
    await lock_patient(tx, event.patient_id)
    appointment = Appointment(event.facility_id, event.starts_at)
    await keep_appointment(tx, event.booking_id, appointment, incoming.envelope.version)
    await move_reminders(tx, event, incoming.envelope.id, incoming.envelope.time)


async def on_appointment_cancelled(tx: Transaction, incoming: Incoming) -> None:
    """Nobody is reminded of what will not be; whoever did not cancel it themselves is told."""
    event = incoming.read(AppointmentCancelled)
    await lock_patient(tx, event.patient_id)
    await call_off(tx, event.booking_id, incoming.envelope.version)
    await suppress(tx, await open_about(tx, event.booking_id), "appointment_cancelled")
    await tell_cancelled(tx, event, incoming.envelope.id)


async def on_waitlist_ended(tx: Transaction, incoming: Incoming) -> None:
    """A place was found."""
    await tell_seat_found(tx, incoming.read(WaitlistEnded), incoming.envelope.id)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        FacilityPublished.type: on_facility_published,
        ReferralReceived.type: on_referral_received,
        EpisodePhaseChanged.type: on_episode_phase_changed,
        DischargeDecided.type: on_discharge_decided,
        ContactPermissionChanged.type: on_contact_permission_changed,
        AppointmentBooked.type: on_appointment_booked,
        AppointmentMoved.type: on_appointment_moved,
        AppointmentCancelled.type: on_appointment_cancelled,
        WaitlistEnded.type: on_waitlist_ended,
    }
)
