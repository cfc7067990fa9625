"""Plan weeks of one facility and publish the plans: make the bookings, store each planning and tell it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_contracts.events.scheduling_care import WeekPlanned
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import patient_stream
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.planning.greedy import GreedyPlanner
from stepwell_scheduling.domain.planning.planner import Planner
from stepwell_scheduling.domain.planning.values import Visit, WeekPlan
from stepwell_scheduling.domain.planning.weeks import EpisodeWeek
from stepwell_scheduling.domain.reference import Facility
from stepwell_scheduling.domain.sessions import Session, Wish, check_seat
from stepwell_scheduling.store.bookings import Booking
from stepwell_scheduling.store.planning import lock_offers
from stepwell_scheduling.store.plans import StoredPlan, insert_plan
from stepwell_scheduling.store.sessions import lock_sessions
from stepwell_scheduling.usecases.book_seat import seat
from stepwell_scheduling.usecases.pose_problem import Target, around, pose_weeks
from stepwell_scheduling.usecases.schedule_visit import create_visit

PLANNER: Planner = GreedyPlanner()


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan that is not booked, and what is stored of it once it is."""

    episode: Episode
    plan: WeekPlan
    record: StoredPlan


async def draft_weeks(tx: Transaction, facility: Facility, weeks: Sequence[EpisodeWeek]) -> list[Draft]:
    """The plans of the weeks, in their order; what is booked stays. Raises Conflict (`level_not_planned`)."""
    problem, targets = await pose_weeks(tx, facility, weeks)
    # A large facility takes a second or more, in which the process goes on with everything else.
    made = await asyncio.to_thread(PLANNER.plan, problem)
    return [_draft(tx, facility, target, plan) for target, plan in zip(targets, made.weeks, strict=True)]


async def publish_weeks(tx: Transaction, facility: Facility, weeks: Sequence[EpisodeWeek]) -> list[Draft]:
    """Plan the weeks and book what is missing in them.

    The streams of the patients and the facility must be locked. The meetings are locked here, so that no seat of the
    plan is sold meanwhile. Raises Conflict (`level_not_planned`).
    """
    if not weeks:
        return []
    programs = {week.planned.episode.program_id for week in weeks}
    await lock_offers(tx, programs, around(weeks, facility.zone))
    drafts = await draft_weeks(tx, facility, weeks)
    wanted = {offer.session_id for draft in drafts for offer in draft.plan.seats}
    sessions = {session.session_id: session for session, _ in await lock_sessions(tx, sorted(wanted))}
    for draft in drafts:
        await _publish(tx, facility, draft, sessions)
    return drafts


async def make_visit(tx: Transaction, facility: Facility, episode: Episode, visit: Visit) -> Booking:
    """Put a visit that fits on the timetable, and book it."""
    wish = Wish(
        starts_local=local_at(visit.span.starts_at, facility.zone),
        minutes=visit.span.minutes,
        clinician_id=visit.clinician_id,
        room_id=visit.room_id,
        setting=visit.setting,
    )
    return await create_visit(tx, episode, visit.modality, wish, visit.span.starts_at)


async def _publish(tx: Transaction, facility: Facility, draft: Draft, sessions: Mapping[UUID, Session]) -> None:
    stream = patient_stream(tx, draft.episode.patient_id)
    for offer in draft.plan.seats:
        session = sessions[offer.session_id]
        check_seat(session, draft.episode, tx.now)
        await seat(tx, stream, session, draft.episode)
    for visit in draft.plan.visits:
        await make_visit(tx, facility, draft.episode, visit)
    await insert_plan(tx, draft.record)
    tx.emit(stream, _told(draft.record), episode_id=draft.episode.episode_id)


def _draft(tx: Transaction, facility: Facility, target: Target, plan: WeekPlan) -> Draft:
    record = StoredPlan(
        plan_id=new_id(),
        facility_id=facility.facility_id,
        episode_id=plan.episode_id,
        week_starts_on=target.week.starts_on,
        required_minutes=target.required_minutes,
        planned_minutes=plan.planned_minutes,
        missing=plan.missing,
        gaps=plan.gaps,
        booked=len(plan.seats) + len(plan.visits),
        rules=target.rules,
        planned_at=tx.now,
    )
    return Draft(target.week.planned.episode, plan, record)


def _told(plan: StoredPlan) -> WeekPlanned:
    return WeekPlanned(
        plan_id=plan.plan_id,
        episode_id=plan.episode_id,
        week_starts_on=plan.week_starts_on,
        required_minutes=plan.required_minutes,
        planned_minutes=plan.planned_minutes,
        shortfall_minutes=plan.shortfall_minutes,
        missing=plan.missing,
        gaps=tuple(sorted({gap.reason for gap in plan.gaps})),
        booked=plan.booked,
        given_up=0,
        rule_version=",".join(plan.rules),
    )
