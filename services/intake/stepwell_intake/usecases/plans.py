"""Draft, sign, review and read the treatment plan."""

from dataclasses import asdict
from types import MappingProxyType
from uuid import UUID

from stepwell_contracts.events.intake_clinical import PlanReviewed, PlanSigned, PrescribedSessions as PrescribedMix
from stepwell_contracts.http.intake_legal import (
    DraftPlan,
    GoalBody,
    PlanList,
    PlanRecorded,
    PlanReview,
    PlanView,
    PrescribedSessionsBody,
    ReviewPlan,
    SignPlan,
)
from stepwell_intake.domain.access import DRAFT_PLAN, READ_PLANS, REVIEW_PLAN, SIGN_PLAN, staff_of
from stepwell_intake.domain.episodes import IN_CARE, PLANNABLE, Episode, check_phase
from stepwell_intake.domain.plan import (
    Goal,
    Plan,
    PlanState,
    PrescribedSessions,
    check_plan,
    check_review,
    check_signature,
)
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.legal_rules import plan_rule
from stepwell_intake.store.plans import StoredPlan, find_plan, insert_plan, insert_review, plans_of, store_signature
from stepwell_intake.store.reference import credentials_of, find_facility
from stepwell_kernel.access import Action, Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction


async def draft_plan(tx: Transaction, episode_id: UUID, command: DraftPlan) -> PlanRecorded:
    """Store a draft, in force only once it is signed.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`), Invalid (`plan_impossible`).
    """
    episode, _, drafted_by = await _enter(tx, DRAFT_PLAN, episode_id)
    check_phase(episode, PLANNABLE, "plan")
    today = (await find_facility(tx, episode.facility_id)).day_of(tx.now)
    rule = await plan_rule(tx, today)
    plan = Plan(
        plan_id=new_id(),
        episode_id=episode_id,
        state=PlanState.DRAFT,
        goals=tuple(Goal(goal.code, goal.target_on) for goal in command.goals),
        minutes_per_week=MappingProxyType(command.minutes_per_week),
        drafted_on=today,
        mix=tuple(PrescribedSessions(one.modality, one.sessions, one.minutes, one.every_weeks) for one in command.mix),
    )
    check_plan(plan, episode.prescribed_minutes_per_week, rule)
    await insert_plan(tx, plan, rule=rule.rule, drafted_by=drafted_by)
    return PlanRecorded(plan_id=plan.plan_id, state=plan.state)


async def sign_plan(tx: Transaction, episode_id: UUID, plan_id: UUID, command: SignPlan) -> PlanRecorded:
    """Clinician and patient signed: the plan takes the place of the one before it.

    Raises NotFound (`episode_not_found`, `plan_not_found`), Conflict (`phase_does_not_allow`, `plan_already_signed`,
    `plan_superseded`, `signer_not_qualified`), Invalid (`signature_impossible`).
    """
    episode, stream, signed_by = await _enter(tx, SIGN_PLAN, episode_id)
    check_phase(episode, PLANNABLE, "plan")
    plan = await find_plan(tx, episode_id, plan_id)
    today = (await find_facility(tx, episode.facility_id)).day_of(tx.now)
    credentials = await credentials_of(tx, episode.facility_id, signed_by)
    check_signature(plan, credentials, command.patient_signed_on, today, await plan_rule(tx, today))
    await store_signature(
        tx,
        plan,
        signed_by=signed_by,
        patient_signed_by=command.patient_signed_by,
        patient_signed_on=command.patient_signed_on,
    )
    signed = PlanSigned(
        episode_id=episode_id,
        plan_id=plan_id,
        signed_by=signed_by,
        mix=tuple(PrescribedMix(**asdict(sessions)) for sessions in plan.mix),
    )
    tx.emit(stream, signed, episode_id=episode_id)
    return PlanRecorded(plan_id=plan_id, state=PlanState.SIGNED)


async def review_plan(tx: Transaction, episode_id: UUID, plan_id: UUID, command: ReviewPlan) -> PlanReview:
    """Store which goals of the plan in force are met.

    Raises NotFound (`episode_not_found`, `plan_not_found`), Conflict (`phase_does_not_allow`, `plan_not_signed`),
    Invalid (`goal_not_in_plan`).
    """
    episode, stream, reviewed_by = await _enter(tx, REVIEW_PLAN, episode_id)
    check_phase(episode, IN_CARE, "plan_review")
    plan = await find_plan(tx, episode_id, plan_id)
    goals_met = frozenset(command.goals_met)
    check_review(plan, goals_met)
    review_id = new_id()
    await insert_review(tx, plan, review_id=review_id, goals_met=goals_met, reviewed_by=reviewed_by)
    event = PlanReviewed(
        episode_id=episode_id,
        plan_id=plan_id,
        goals=len(plan.goals),
        goals_met=len(goals_met),
        reviewed_by=reviewed_by,
    )
    tx.emit(stream, event, episode_id=episode_id)
    return PlanReview(review_id=review_id, goals=event.goals, goals_met=event.goals_met)


async def read_plans(tx: Transaction, episode_id: UUID) -> PlanList:
    """The plans of an episode, the newest first. Raises NotFound (`episode_not_found`)."""
    episode = await find_episode(tx, episode_id)
    tx.authorize(READ_PLANS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    return PlanList(plans=tuple(_view(stored) for stored in await plans_of(tx, episode_id)))


async def _enter(tx: Transaction, action: Action, episode_id: UUID) -> tuple[Episode, Stream, UUID]:
    episode = await find_episode(tx, episode_id)
    tx.authorize(action, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    staff_id = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    return await find_episode(tx, episode_id), stream, staff_id


def _view(stored: StoredPlan) -> PlanView:
    plan = stored.plan
    return PlanView(
        plan_id=plan.plan_id,
        state=plan.state,
        goals=tuple(GoalBody(code=goal.code, target_on=goal.target_on) for goal in plan.goals),
        minutes_per_week=dict(plan.minutes_per_week),
        mix=tuple(PrescribedSessionsBody(**asdict(sessions)) for sessions in plan.mix),
        drafted_on=plan.drafted_on,
        signed_at=stored.signed_at,
        reviewed_at=stored.reviewed_at,
    )
