"""Move an episode: the row, and the event that tells all others."""

from dataclasses import replace
from uuid import UUID

from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.store.episodes import store_move
from stepwell_kernel.codes import Phase, TreatmentPart
from stepwell_postgres.transaction import Stream, Transaction


async def move(
    tx: Transaction,
    stream: Stream,
    episode: Episode,
    to: Phase,
    *,
    part: TreatmentPart | None = None,
    facility_id: UUID | None = None,
    program_id: UUID | None = None,
    prescribed_minutes_per_week: int | None = None,
) -> Episode:
    """Store where the episode stands now and tell it; the transition has been checked."""
    moved = replace(
        episode,
        phase=to,
        part=part,
        facility_id=facility_id or episode.facility_id,
        program_id=program_id or episode.program_id,
        prescribed_minutes_per_week=(
            episode.prescribed_minutes_per_week if prescribed_minutes_per_week is None else prescribed_minutes_per_week
        ),
        held_from=_held_from(episode, to),
    )
    await store_move(tx, moved)
    event = EpisodePhaseChanged(
        episode_id=moved.episode_id,
        patient_id=moved.patient_id,
        facility_id=moved.facility_id,
        program_id=moved.program_id,
        age_band=moved.age_band,
        phase=moved.phase,
        part=moved.part,
        previous=episode.phase,
        prescribed_minutes_per_week=moved.prescribed_minutes_per_week,
    )
    tx.emit(stream, event, episode_id=moved.episode_id)
    return moved


def _held_from(episode: Episode, to: Phase) -> Phase | None:
    if to is not Phase.ON_HOLD:
        return None
    return episode.held_from if episode.phase is Phase.ON_HOLD else episode.phase
