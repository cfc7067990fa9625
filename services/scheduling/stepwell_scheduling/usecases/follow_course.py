"""Keep what the weeks of an episode count from, and which part of treatment runs."""

from datetime import datetime

from stepwell_kernel.codes import Phase, TreatmentPart
from stepwell_kernel.local_time import local_at
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.planning.weeks import weeks_begin
from stepwell_scheduling.store.episodes import weeks_from
from stepwell_scheduling.store.plans import keep_course
from stepwell_scheduling.store.reference import find_zone


async def follow_course(
    tx: Transaction, episode: Episode, previous: Phase, part: TreatmentPart | None, at: datetime, version: int
) -> None:
    """Follow an episode that entered a phase at an instant: its weeks count as the journey counts them.

    Raises Unavailable (`facility_not_known_yet`).
    """
    begun = None
    if weeks_begin(previous, await weeks_from(tx, episode.episode_id), episode.phase):
        begun = local_at(at, await find_zone(tx, episode.facility_id)).date()
    await keep_course(tx, episode.episode_id, begun, part, version)
