"""Decide to step down; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import StepDownDecided
from stepwell_contracts.http.intake_decisions import DecideStepDown, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_STEP_DOWN
from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_intake.domain.episodes import IN_TREATMENT, check_phase
from stepwell_intake.domain.level_change import check_step_down
from stepwell_intake.domain.step_down import Finding, check_override, check_stated
from stepwell_intake.store.reference import find_program
from stepwell_intake.store.rules import hours_rule
from stepwell_intake.usecases.decide import begin_deciding, stated_reason, store_decision
from stepwell_intake.usecases.step_down_case import judge_step_down
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction


async def decide_step_down(tx: Transaction, episode_id: UUID, command: DecideStepDown) -> DecisionRecorded:
    """Store the decision for a less intensive program, with how the criteria stood.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `program_not_less_intensive`,
    `hours_outside_level`, `crisis_open`, `decision_under_way`), Invalid (`program_not_of_facility`,
    `criterion_computed`, `reason_missing`, `reason_unknown`).
    """
    deciding = await begin_deciding(tx, DECIDE_STEP_DOWN, episode_id)
    episode = deciding.episode
    check_phase(episode, IN_TREATMENT, "step_down")
    present = await find_program(tx, episode.facility_id, episode.program_id)
    following = await find_program(tx, episode.facility_id, command.program_id)
    hours = await hours_rule(tx, deciding.today, following.level, episode.age_band)
    check_step_down(present.level, command.prescribed_minutes_per_week, hours)
    stated = frozenset(command.stated)
    check_stated(stated)
    findings = await judge_step_down(tx, episode, stated)
    check_override(findings, command.reason_code)
    reasons = await stated_reason(tx, deciding, DecisionKind.STEP_DOWN, command.reason_code)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.STEP_DOWN,
        decided_by=deciding.decided_by,
        decided_at=tx.now,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        reason_code=command.reason_code,
        rules=(hours.rule, *(finding.rule for finding in findings), *reasons),
        particulars={"criteria": [_stored(finding) for finding in findings]},
    )
    event = StepDownDecided(
        episode_id=episode_id,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        decided_by=deciding.decided_by,
    )
    return await store_decision(tx, deciding, decision, event)


def _stored(finding: Finding) -> dict[str, object]:
    return {"criterion": finding.criterion, "state": finding.state, "value": finding.value}
