"""Keeps what scheduling needs to know of an episode."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.events.intake import EpisodePhaseChanged, ReferralReceived
from stepwell_contracts.events.intake_clinical import PlanSigned
from stepwell_kernel.codes import Phase
from stepwell_messaging.consumer import Handler, Incoming
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.planning.rules import Prescribed
from stepwell_scheduling.store.episodes import keep_episode, keep_priority, known_episode
from stepwell_scheduling.store.plans import keep_mix
from stepwell_scheduling.usecases.follow_course import follow_course
from stepwell_scheduling.usecases.leave_program import leave_program


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
    await keep_priority(tx, event.episode_id, event.priority)


async def on_episode_phase_changed(tx: Transaction, incoming: Incoming) -> None:
    """The episode moved; seats and places in groups that it gave up for that are free from now on."""
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
        await leave_program(tx, episode, former.program_id if former else None)
    at, version = incoming.envelope.time, incoming.envelope.version
    await follow_course(tx, episode, event.previous, event.part, at, version)


async def on_plan_signed(tx: Transaction, incoming: Incoming) -> None:
    """A treatment plan is in force; its mix, where it has one, is what the weeks are planned by."""
    event = incoming.read(PlanSigned)
    sessions = [Prescribed(one.modality, one.sessions, one.minutes, one.every_weeks) for one in event.mix]
    await keep_mix(tx, event.episode_id, event.plan_id, sessions, incoming.envelope.version)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        ReferralReceived.type: on_referral_received,
        EpisodePhaseChanged.type: on_episode_phase_changed,
        PlanSigned.type: on_plan_signed,
    }
)
