"""Close the week of an episode: minutes required, attended, short."""

from datetime import date
from uuid import UUID

from stepwell_contracts.activities import ActionResult
from stepwell_contracts.events.scheduling import WeekClosed
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import CLOSE_WEEK
from stepwell_scheduling.domain.episodes import IN_CARE
from stepwell_scheduling.domain.planning.weeks import PlannedEpisode
from stepwell_scheduling.domain.reference import Facility
from stepwell_scheduling.domain.weeks import Week, WeekTally, week_of
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.planning_rules import hours_rules
from stepwell_scheduling.store.plans import find_planned
from stepwell_scheduling.store.reference import find_facility
from stepwell_scheduling.store.weeks import attended_minutes, insert_week


async def close_week(tx: Transaction, episode_id: UUID, week_starts_on: date) -> ActionResult:
    """Tally the week and tell it; a week is closed once, attendance changed later is an amendment.

    Raises Unavailable (`episode_not_known_yet`, `facility_not_known_yet`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(CLOSE_WEEK, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    stream = await lock_patient(tx, episode.patient_id)
    planned = await find_planned(tx, episode_id)
    facility = await find_facility(tx, planned.episode.facility_id)
    week = week_of(week_starts_on, facility.zone)
    tally = await _tally(tx, facility, planned, week)
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


async def _tally(tx: Transaction, facility: Facility, planned: PlannedEpisode, week: Week) -> WeekTally:
    """What the week was planned to reach, against what was attended; out of care the level has no floor."""
    episode = planned.episode
    attended = await attended_minutes(tx, episode.episode_id, week)
    rules = await hours_rules(tx, facility.jurisdiction, week.starts_on)
    hours = rules.get((planned.level_of_care, episode.age_band)) if episode.phase in IN_CARE else None
    if hours is None:
        return WeekTally(episode.prescribed_minutes_per_week, attended)
    return WeekTally(hours.required(episode.prescribed_minutes_per_week), attended, str(hours.rule))
