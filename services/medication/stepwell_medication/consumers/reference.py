"""Keeps what medication needs to know of episodes and facilities."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.events.intake import EpisodePhaseChanged, ReferralReceived
from stepwell_contracts.events.scheduling import FacilityPublished
from stepwell_kernel.codes import Phase
from stepwell_medication.domain.episodes import Episode
from stepwell_medication.store.reference import keep_episode, keep_facility
from stepwell_messaging.consumer import Handler, Incoming
from stepwell_postgres.transaction import Transaction


async def on_referral_received(tx: Transaction, incoming: Incoming) -> None:
    """A new episode."""
    event = incoming.read(ReferralReceived)
    episode = Episode(event.episode_id, event.patient_id, event.facility_id, Phase.REFERRAL)
    await keep_episode(tx, episode, incoming.envelope.version)


async def on_episode_phase_changed(tx: Transaction, incoming: Incoming) -> None:
    """The episode moved."""
    event = incoming.read(EpisodePhaseChanged)
    episode = Episode(event.episode_id, event.patient_id, event.facility_id, event.phase)
    await keep_episode(tx, episode, incoming.envelope.version)


async def on_facility_published(tx: Transaction, incoming: Incoming) -> None:
    """A facility's zone."""
    event = incoming.read(FacilityPublished)
    await keep_facility(tx, event.facility_id, event.zone, incoming.envelope.version)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        ReferralReceived.type: on_referral_received,
        EpisodePhaseChanged.type: on_episode_phase_changed,
        FacilityPublished.type: on_facility_published,
    }
)
