"""What the three decisions have in common: one at a time, stored with its rules, carried out by the journey."""

from stepwell_contracts.http.intake import DecisionRecorded
from stepwell_intake.domain.decisions import Decision, DecisionState, check_none_under_way
from stepwell_intake.store.care_tasks import rejected_at
from stepwell_intake.store.decisions import decision_under_way, insert_decision, settle_decision
from stepwell_postgres.transaction import Transaction


async def store_decision(tx: Transaction, decision: Decision) -> DecisionRecorded:
    """Store the decision; one that stalled gives way to it. Raises Conflict (`decision_under_way`)."""
    under_way = await decision_under_way(tx, decision.episode_id)
    check_none_under_way(under_way, await rejected_at(tx, decision.episode_id), reason=decision.reason)
    if under_way is not None:
        await settle_decision(tx, under_way.decision_id, DecisionState.SUPERSEDED)
    await insert_decision(tx, decision)
    return DecisionRecorded(episode_id=decision.episode_id, decision_id=decision.decision_id)
