"""Plan the week of one episode, as a scheduler asks."""

from uuid import UUID

from stepwell_contracts.http.scheduling_plans import PlanEpisodeWeek, PlannedSession, WeekPlanMade
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_facility, lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import PLAN_WEEK
from stepwell_scheduling.domain.planning.values import WeekPlan
from stepwell_scheduling.domain.planning.weeks import EpisodeWeek, check_plannable, check_week
from stepwell_scheduling.store.plans import find_planned, plan_view
from stepwell_scheduling.store.reference import find_facility
from stepwell_scheduling.usecases.publish_weeks import draft_weeks, publish_weeks


async def plan_week(tx: Transaction, episode_id: UUID, command: PlanEpisodeWeek) -> WeekPlanMade:
    """Book what is missing in the week; a dry run books nothing and tells the same.

    Raises Unavailable (`episode_not_known_yet`, `facility_not_known_yet`), Invalid (`not_a_week_of_the_episode`),
    Conflict (`episode_not_in_care`, `weeks_not_begun`, `exchange_open`, `week_is_over`, `level_not_planned`).
    """
    planned = await find_planned(tx, episode_id)
    tx.authorize(PLAN_WEEK, Resource(tx.tenant, "episode", episode_id, planned.episode.facility_id))
    if not command.dry_run:
        await lock_patient(tx, planned.episode.patient_id)
        planned = await find_planned(tx, episode_id)
        await lock_facility(tx, planned.episode.facility_id)
    facility = await find_facility(tx, planned.episode.facility_id)
    check_week(check_plannable(planned), command.week_starts_on, facility.day_of(tx.now))
    work = draft_weeks if command.dry_run else publish_weeks
    (draft,) = await work(tx, facility, [EpisodeWeek(planned, command.week_starts_on)])
    return WeekPlanMade(dry_run=command.dry_run, plan=plan_view(draft.record), sessions=_sessions(draft.plan))


def _sessions(plan: WeekPlan) -> tuple[PlannedSession, ...]:
    """What the plan books, by start."""
    seats = (
        PlannedSession(
            session_id=offer.session_id,
            modality=offer.modality,
            starts_at=offer.span.starts_at,
            ends_at=offer.span.ends_at,
            clinician_id=offer.clinician_id,
            setting=offer.setting,
        )
        for offer in plan.seats
    )
    visits = (
        PlannedSession(
            session_id=None,
            modality=visit.modality,
            starts_at=visit.span.starts_at,
            ends_at=visit.span.ends_at,
            clinician_id=visit.clinician_id,
            setting=visit.setting,
        )
        for visit in plan.visits
    )
    return tuple(sorted((*seats, *visits), key=lambda one: (one.starts_at, one.modality)))
