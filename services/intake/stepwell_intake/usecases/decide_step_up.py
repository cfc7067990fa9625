"""Decide to go back to intensive treatment; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import StepUpDecided
from stepwell_contracts.http.intake_decisions import DecideStepUp, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_STEP_UP
from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_intake.domain.episodes import STEP_UPPABLE, Episode, check_phase
from stepwell_intake.domain.level_change import check_step_up
from stepwell_intake.domain.readmission import check_not_readmitted
from stepwell_intake.store.decision_rules import step_up_rule
from stepwell_intake.store.episodes import episodes_of
from stepwell_intake.store.reference import find_program
from stepwell_intake.store.rules import hours_rule
from stepwell_intake.usecases.decide import begin_deciding, store_decision
from stepwell_kernel.codes import LevelOfCare, Phase
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction


async def decide_step_up(tx: Transaction, episode_id: UUID, command: DecideStepUp) -> DecisionRecorded:
    """Store the decision for a more intensive program; out of aftercare, for any intensive one.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `program_not_more_intensive`,
    `hours_outside_level`, `episode_open`, `crisis_open`, `decision_under_way`), Invalid (`program_not_of_facility`).
    """
    deciding = await begin_deciding(tx, DECIDE_STEP_UP, episode_id)
    episode = deciding.episode
    check_phase(episode, STEP_UPPABLE, "step_up")
    check_not_readmitted(episode, await episodes_of(tx, episode.patient_id))
    following = await find_program(tx, episode.facility_id, command.program_id)
    hours = await hours_rule(tx, deciding.today, following.level, episode.age_band)
    rule = await step_up_rule(tx, deciding.today)
    check_step_up(await _present_level(tx, episode), command.prescribed_minutes_per_week, hours, rule)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.STEP_UP,
        decided_by=deciding.decided_by,
        decided_at=tx.now,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        rules=(rule.rule, hours.rule),
    )
    event = StepUpDecided(
        episode_id=episode_id,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        decided_by=deciding.decided_by,
    )
    return await store_decision(tx, deciding, decision, event)


async def _present_level(tx: Transaction, episode: Episode) -> LevelOfCare | None:
    if episode.phase is Phase.AFTERCARE:
        return None
    return (await find_program(tx, episode.facility_id, episode.program_id)).level
