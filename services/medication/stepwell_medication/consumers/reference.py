"""Keeps what medication needs to know of episodes, facilities, programs and staff."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from stepwell_contracts.events.intake import EpisodePhaseChanged, ReferralReceived
from stepwell_contracts.events.intake_decisions import DischargeDecided
from stepwell_contracts.events.scheduling import FacilityPublished, ProgramPublished, StaffPublished
from stepwell_kernel.codes import Phase
from stepwell_medication.domain.episodes import Episode
from stepwell_medication.store.draws import note_phase
from stepwell_medication.store.reference import (
    find_episode,
    keep_discharge,
    keep_episode,
    keep_facility,
    keep_program,
    keep_staff,
)
from stepwell_medication.usecases.end_order import end_orders_of_deceased
from stepwell_messaging.consumer import Handler, Incoming
from stepwell_postgres.transaction import Transaction


async def on_referral_received(tx: Transaction, incoming: Incoming) -> None:
    """A new episode."""
    event = incoming.read(ReferralReceived)
    episode = Episode(
        episode_id=event.episode_id,
        patient_id=event.patient_id,
        facility_id=event.facility_id,
        program_id=event.program_id,
        phase=Phase.REFERRAL,
        age_band=event.age_band,
    )
    await keep_episode(tx, episode, incoming.envelope.version)


async def on_episode_phase_changed(tx: Transaction, incoming: Incoming) -> None:
    """The episode moved: a change of level never stops medication, death does."""
    event = incoming.read(EpisodePhaseChanged)
    episode = Episode(
        episode_id=event.episode_id,
        patient_id=event.patient_id,
        facility_id=event.facility_id,
        program_id=event.program_id,
        phase=event.phase,
        age_band=event.age_band,
    )
    if event.phase is Phase.TREATMENT:
        episode = replace(episode, treated_from=incoming.envelope.time)
    await keep_episode(tx, episode, incoming.envelope.version)
    if event.phase is not event.previous:
        await note_phase(tx, event.episode_id, incoming.envelope.version, incoming.envelope.time)
    if (await find_episode(tx, event.episode_id)).ended_by_death:
        await end_orders_of_deceased(tx, event.patient_id)


async def on_discharge_decided(tx: Transaction, incoming: Incoming) -> None:
    """Why the episode is to end."""
    event = incoming.read(DischargeDecided)
    await keep_discharge(tx, event.episode_id, event.reason, incoming.envelope.version)


async def on_facility_published(tx: Transaction, incoming: Incoming) -> None:
    """A facility's zone, holidays and jurisdiction."""
    await keep_facility(tx, incoming.read(FacilityPublished), incoming.envelope.version)


async def on_program_published(tx: Transaction, incoming: Incoming) -> None:
    """A program with its type: methadone is for opioid treatment programs alone."""
    await keep_program(tx, incoming.read(ProgramPublished), incoming.envelope.version)


async def on_staff_published(tx: Transaction, incoming: Incoming) -> None:
    """A member of staff, who can be a witness."""
    await keep_staff(tx, incoming.read(StaffPublished).staff_id, incoming.envelope.version)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        ReferralReceived.type: on_referral_received,
        EpisodePhaseChanged.type: on_episode_phase_changed,
        DischargeDecided.type: on_discharge_decided,
        FacilityPublished.type: on_facility_published,
        ProgramPublished.type: on_program_published,
        StaffPublished.type: on_staff_published,
    }
)
