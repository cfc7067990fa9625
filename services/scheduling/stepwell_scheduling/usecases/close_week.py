"""Close the week of an episode: minutes required, attended, short."""

from datetime import date
from uuid import UUID

from stepwell_contracts.activities import ActionResult
from stepwell_contracts.events.scheduling import WeekClosed
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import CLOSE_WEEK
from stepwell_scheduling.domain.weeks import WeekTally, week_of
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.reference import find_zone
from stepwell_scheduling.store.weeks import attended_minutes, insert_week


async def close_week(tx: Transaction, episode_id: UUID, week_starts_on: date) -> ActionResult:
    """Tally the week and tell it; a week is closed once, attendance changed later is an amendment.

    Raises Unavailable (`episode_not_known_yet`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(CLOSE_WEEK, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    stream = await lock_patient(tx, episode.patient_id)
    week = week_of(week_starts_on, await find_zone(tx, episode.facility_id))
    tally = WeekTally(episode.prescribed_minutes_per_week, await attended_minutes(tx, episode_id, week))
    if await insert_week(tx, episode_id, week, tally):
        event = WeekClosed(
            episode_id=episode_id,
            week_starts_on=week_starts_on,
            required_minutes=tally.required_minutes,
            attended_minutes=tally.attended_minutes,
            shortfall_minutes=tally.shortfall_minutes,
        )
        tx.emit(stream, event, episode_id=episode_id)
    return ActionResult(accepted=True, subject_id=episode_id)
