"""Decide that somebody waits for a seat; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import WaitlistDecided
from stepwell_contracts.http.intake_decisions import DecideWaitlist, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_WAITLIST
from stepwell_intake.domain.decisions import Decision, DecisionKind, check_reason_code
from stepwell_intake.domain.episodes import WAITLISTABLE, check_phase
from stepwell_intake.store.decision_rules import reason_rule
from stepwell_intake.usecases.decide import begin_deciding, store_decision
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction


async def decide_waitlist(tx: Transaction, episode_id: UUID, command: DecideWaitlist) -> DecisionRecorded:
    """Store the decision.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `crisis_open`, `decision_under_way`),
    Invalid (`reason_unknown`).
    """
    deciding = await begin_deciding(tx, DECIDE_WAITLIST, episode_id)
    check_phase(deciding.episode, WAITLISTABLE, "waitlist")
    rule = await reason_rule(tx, deciding.today, DecisionKind.WAITLIST)
    check_reason_code(command.reason_code, rule)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.WAITLIST,
        decided_by=deciding.decided_by,
        decided_at=tx.now,
        reason_code=command.reason_code,
        rules=(rule.rule,),
    )
    event = WaitlistDecided(episode_id=episode_id, reason_code=command.reason_code, decided_by=deciding.decided_by)
    return await store_decision(tx, deciding, decision, event)
