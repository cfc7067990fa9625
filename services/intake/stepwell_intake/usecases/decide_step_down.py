"""Decide to step down; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import StepDownDecided
from stepwell_contracts.http.intake import DecideStepDown, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_STEP_DOWN, staff_of
from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_intake.domain.episodes import IN_TREATMENT, check_phase
from stepwell_intake.domain.level_change import check_step_down
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.reference import find_facility, find_program
from stepwell_intake.store.rules import hours_rule
from stepwell_intake.usecases.decide import store_decision
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def decide_step_down(tx: Transaction, episode_id: UUID, command: DecideStepDown) -> DecisionRecorded:
    """Store the decision for a less intensive program.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `program_not_less_intensive`,
    `hours_outside_level`, `decision_under_way`), Invalid (`program_not_of_facility`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(DECIDE_STEP_DOWN, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    decided_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, IN_TREATMENT, "step_down")
    present = await find_program(tx, episode.facility_id, episode.program_id)
    following = await find_program(tx, episode.facility_id, command.program_id)
    today = (await find_facility(tx, episode.facility_id)).day_of(tx.now)
    hours = await hours_rule(tx, today, following.level, episode.age_band)
    check_step_down(present.level, command.prescribed_minutes_per_week, hours)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.STEP_DOWN,
        decided_by=decided_by,
        decided_at=tx.now,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        rules=(hours.rule,),
    )
    recorded = await store_decision(tx, decision)
    event = StepDownDecided(
        episode_id=episode_id,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        decided_by=decided_by,
    )
    tx.emit(stream, event, episode_id=episode_id)
    return recorded
