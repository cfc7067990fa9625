"""Keeps what scheduling needs to know of an episode."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.events.intake import EpisodePhaseChanged, ReferralReceived
from stepwell_kernel.codes import Phase
from stepwell_messaging.consumer import Handler, Incoming
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.store.episodes import keep_episode, known_episode
from stepwell_scheduling.usecases.settle_replacement import settle_replacement


async def on_referral_received(tx: Transaction, incoming: Incoming) -> None:
    """A new episode."""
    event = incoming.read(ReferralReceived)
    episode = Episode(
        episode_id=event.episode_id,
        patient_id=event.patient_id,
        facility_id=event.facility_id,
        program_id=event.program_id,
        age_band=event.age_band,
        phase=Phase.REFERRAL,
        prescribed_minutes_per_week=0,
    )
    await keep_episode(tx, episode, incoming.envelope.version)


async def on_episode_phase_changed(tx: Transaction, incoming: Incoming) -> None:
    """The episode moved; seats that it gave up for that are free from now on."""
    event = incoming.read(EpisodePhaseChanged)
    episode = Episode(
        episode_id=event.episode_id,
        patient_id=event.patient_id,
        facility_id=event.facility_id,
        program_id=event.program_id,
        age_band=event.age_band,
        phase=event.phase,
        prescribed_minutes_per_week=event.prescribed_minutes_per_week,
    )
    former = await known_episode(tx, event.episode_id)
    await keep_episode(tx, episode, incoming.envelope.version)
    if event.phase is not event.previous or former is None or former.place != episode.place:
        await settle_replacement(tx, event.episode_id)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        ReferralReceived.type: on_referral_received,
        EpisodePhaseChanged.type: on_episode_phase_changed,
    }
)
