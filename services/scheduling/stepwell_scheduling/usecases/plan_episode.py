"""Plan the weeks of an episode that its facility's planning has passed already."""

from stepwell_contracts.activities import ActionResult, PlanEpisode
from stepwell_kernel.access import Resource
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_facility, lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import PLAN_EPISODE
from stepwell_scheduling.domain.planning.weeks import EpisodeWeek, PlanningDays, check_plannable, passed_weeks
from stepwell_scheduling.store.plans import find_planned
from stepwell_scheduling.store.reference import find_facility
from stepwell_scheduling.store.timetable_rules import calendar_rule
from stepwell_scheduling.usecases.publish_weeks import publish_weeks


async def plan_episode(tx: Transaction, command: PlanEpisode) -> ActionResult:
    """Book what is missing in the running week, from now on, and in those that follow until the calendar takes over.

    Where the program's weeks are not planned by the calendar nothing is to be done. Raises Unavailable
    (`episode_not_known_yet`, `facility_not_known_yet`), Conflict (`episode_not_in_care`, `weeks_not_begun`,
    `exchange_open`, `level_not_planned`).
    """
    planned = await find_planned(tx, command.key.episode_id, command.known_version)
    episode_id, facility_id = planned.episode.episode_id, planned.episode.facility_id
    tx.authorize(PLAN_EPISODE, Resource(tx.tenant, "episode", episode_id, facility_id))
    await lock_patient(tx, planned.episode.patient_id)
    planned = await find_planned(tx, episode_id)
    if planned.plans_weeks:
        weeks_from = check_plannable(planned)
        await lock_facility(tx, planned.episode.facility_id)
        facility = await find_facility(tx, planned.episode.facility_id)
        calendar = await calendar_rule(tx, facility, facility.day_of(tx.now))
        days = PlanningDays(calendar.week_begins_on, calendar.plan_days_before, calendar.plan_at)
        for starts_on in passed_weeks(weeks_from, local_at(tx.now, facility.zone), days):
            await publish_weeks(tx, facility, [EpisodeWeek(planned, starts_on)])
    return ActionResult(accepted=True, subject_id=episode_id)
