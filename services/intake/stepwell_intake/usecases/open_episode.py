"""Open an episode of care: the row, what the referral says of itself, and the event that starts the journey."""

from dataclasses import dataclass
from uuid import UUID

from stepwell_contracts.events.intake import ReferralReceived
from stepwell_contracts.http.intake import EpisodeOpened
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.store.coverage import insert_coverage
from stepwell_intake.store.episodes import insert_episode
from stepwell_intake.store.identities import Identities
from stepwell_kernel.codes import AgeBand, PayerKind, Phase, PriorityClass, ReferralSource, Urgency
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Stream, Transaction


@dataclass(frozen=True, slots=True)
class Referral:
    """Who is referred where, why so soon, and who pays; the coverage has been checked."""

    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    age_band: AgeBand
    source: ReferralSource
    urgency: Urgency
    priority: PriorityClass
    payer: PayerKind | None
    member_id: str | None
    previous_episode_id: UUID | None = None


async def open_episode(tx: Transaction, stream: Stream, identities: Identities, referral: Referral) -> EpisodeOpened:
    """Store an episode in `referral` and tell it; the patient is known, and the stream theirs."""
    episode = Episode(
        episode_id=new_id(),
        patient_id=referral.patient_id,
        facility_id=referral.facility_id,
        program_id=referral.program_id,
        age_band=referral.age_band,
        phase=Phase.REFERRAL,
        part=None,
        prescribed_minutes_per_week=0,
        received_at=tx.now,
        priority=referral.priority,
        payer=referral.payer,
        previous_episode_id=referral.previous_episode_id,
    )
    await insert_episode(tx, episode, source=referral.source, urgency=referral.urgency)
    if referral.payer is not None and referral.member_id is not None:
        await insert_coverage(
            tx,
            identities,
            coverage_id=new_id(),
            episode_id=episode.episode_id,
            patient_id=episode.patient_id,
            payer=referral.payer,
            member_id=referral.member_id,
        )
    event = ReferralReceived(
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        facility_id=episode.facility_id,
        program_id=episode.program_id,
        source=referral.source,
        urgency=referral.urgency,
        age_band=episode.age_band,
        priority=episode.priority,
        payer=episode.payer,
        previous_episode_id=episode.previous_episode_id,
    )
    tx.emit(stream, event, episode_id=episode.episode_id)
    return EpisodeOpened(episode_id=episode.episode_id, patient_id=episode.patient_id, phase=episode.phase)
