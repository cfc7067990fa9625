"""Decide to admit; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import AdmissionDecided
from stepwell_contracts.http.intake_decisions import DecideAdmission, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_ADMISSION
from stepwell_intake.domain.admission import check_gate
from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_intake.domain.episodes import ADMISSIBLE, check_phase
from stepwell_intake.usecases.admission_case import admission_case
from stepwell_intake.usecases.decide import begin_deciding, store_decision
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction


async def decide_admission(tx: Transaction, episode_id: UUID, command: DecideAdmission) -> DecisionRecorded:
    """Store the decision, when the gate has no open item.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `admission_gate_incomplete`, `crisis_open`,
    `decision_under_way`), Invalid (`program_not_of_facility`).
    """
    deciding = await begin_deciding(tx, DECIDE_ADMISSION, episode_id)
    check_phase(deciding.episode, ADMISSIBLE, "admission")
    case, gate = await admission_case(
        tx,
        deciding.episode,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        authorization_reason_code=command.authorization_reason_code,
    )
    check_gate(case, gate)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.ADMISSION,
        decided_by=deciding.decided_by,
        decided_at=tx.now,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        reason_code=command.authorization_reason_code,
        rules=(gate.rule, case.hours.rule),
    )
    event = AdmissionDecided(
        episode_id=episode_id,
        program_id=command.program_id,
        prescribed_minutes_per_week=command.prescribed_minutes_per_week,
        decided_by=deciding.decided_by,
    )
    return await store_decision(tx, deciding, decision, event)
