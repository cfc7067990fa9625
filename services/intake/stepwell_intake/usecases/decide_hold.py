"""Decide that care pauses; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import HoldDecided
from stepwell_contracts.http.intake_decisions import DecideHold, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_HOLD
from stepwell_intake.domain.decisions import Decision, DecisionKind, check_expected_back, check_reason_code
from stepwell_intake.domain.episodes import HOLDABLE, check_phase
from stepwell_intake.store.decision_rules import hold_rule, reason_rule
from stepwell_intake.usecases.decide import begin_deciding, store_decision
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction


async def decide_hold(tx: Transaction, episode_id: UUID, command: DecideHold) -> DecisionRecorded:
    """Store the decision with when the patient is expected back, if anybody knows.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `crisis_open`, `decision_under_way`),
    Invalid (`reason_unknown`, `expected_back_impossible`).
    """
    deciding = await begin_deciding(tx, DECIDE_HOLD, episode_id)
    check_phase(deciding.episode, HOLDABLE, "hold")
    reasons = await reason_rule(tx, deciding.today, DecisionKind.HOLD)
    check_reason_code(command.reason_code, reasons)
    length = await hold_rule(tx, deciding.today)
    check_expected_back(command.expected_back_on, deciding.today, length)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.HOLD,
        decided_by=deciding.decided_by,
        decided_at=tx.now,
        reason_code=command.reason_code,
        expected_on=command.expected_back_on,
        rules=(reasons.rule, length.rule),
    )
    event = HoldDecided(episode_id=episode_id, reason_code=command.reason_code, decided_by=deciding.decided_by)
    return await store_decision(tx, deciding, decision, event)
