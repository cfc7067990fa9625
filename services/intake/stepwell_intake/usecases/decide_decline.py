"""Decide that there is no care here; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import DeclineDecided
from stepwell_contracts.http.intake_decisions import DecideDecline, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_DECLINE, STATE_CLINICAL_REASON
from stepwell_intake.domain.decisions import Decision, DecisionKind, check_reason_code
from stepwell_intake.domain.episodes import DECLINABLE, check_phase
from stepwell_intake.store.decision_rules import reason_rule
from stepwell_intake.usecases.decide import begin_deciding, store_decision
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction


async def decide_decline(tx: Transaction, episode_id: UUID, command: DecideDecline) -> DecisionRecorded:
    """Store the decision; a clinical reason is a clinician's to state.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `crisis_open`, `decision_under_way`),
    Invalid (`reason_unknown`), Forbidden (`not_granted`).
    """
    deciding = await begin_deciding(tx, DECIDE_DECLINE, episode_id)
    check_phase(deciding.episode, DECLINABLE, "decline")
    rule = await reason_rule(tx, deciding.today, DecisionKind.DECLINE)
    check_reason_code(command.reason_code, rule)
    if command.reason_code in rule.clinical:
        tx.authorize(STATE_CLINICAL_REASON, deciding.resource)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.DECLINE,
        decided_by=deciding.decided_by,
        decided_at=tx.now,
        reason_code=command.reason_code,
        rules=(rule.rule,),
    )
    event = DeclineDecided(episode_id=episode_id, reason_code=command.reason_code, decided_by=deciding.decided_by)
    return await store_decision(tx, deciding, decision, event)
