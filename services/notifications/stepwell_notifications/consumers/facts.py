"""Messages follow the facts: reminders follow bookings, and stop with the reason for them."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.events.intake import ContactPermissionChanged, EpisodePhaseChanged, ReferralReceived
from stepwell_contracts.events.scheduling import AppointmentBooked, AppointmentCancelled, FacilityPublished
from stepwell_kernel.codes import Phase
from stepwell_messaging.consumer import Handler, Incoming
from stepwell_notifications.store.messages import open_about, open_of_patient
from stepwell_notifications.store.reference import Facility, keep_episode, keep_facility
from stepwell_notifications.usecases.plan_reminders import plan_reminders
from stepwell_notifications.usecases.suppress import suppress
from stepwell_postgres.transaction import Transaction

#: Phases after which nobody is reminded of anything.
OVER = frozenset({Phase.DECLINED, Phase.CLOSED})


async def on_facility_published(tx: Transaction, incoming: Incoming) -> None:
    """A facility as patients may read it."""
    event = incoming.read(FacilityPublished)
    facility = Facility(event.facility_id, event.neutral_name, event.callback_number, event.zone)
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
    await keep_episode(tx, event.episode_id, event.patient_id, event.facility_id, event.phase, version)
    if event.phase in OVER:
        messages = await open_of_patient(tx, event.patient_id)
        await suppress(tx, [m for m in messages if m.episode_id == event.episode_id], "episode_over")


async def on_contact_permission_changed(tx: Transaction, incoming: Incoming) -> None:
    """Withdrawn permission stops what is due on the channel."""
    event = incoming.read(ContactPermissionChanged)
    if not event.permitted:
        await suppress(tx, await open_of_patient(tx, event.patient_id, event.channel), "permission_withdrawn")


async def on_appointment_booked(tx: Transaction, incoming: Incoming) -> None:
    """Reminders are planned."""
    await plan_reminders(tx, incoming.read(AppointmentBooked))


async def on_appointment_cancelled(tx: Transaction, incoming: Incoming) -> None:
    """Nobody is reminded of what will not be."""
    event = incoming.read(AppointmentCancelled)
    await suppress(tx, await open_about(tx, event.booking_id), "appointment_cancelled")


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        FacilityPublished.type: on_facility_published,
        ReferralReceived.type: on_referral_received,
        EpisodePhaseChanged.type: on_episode_phase_changed,
        ContactPermissionChanged.type: on_contact_permission_changed,
        AppointmentBooked.type: on_appointment_booked,
        AppointmentCancelled.type: on_appointment_cancelled,
    }
)
