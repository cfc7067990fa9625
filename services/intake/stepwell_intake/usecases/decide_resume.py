"""Decide that care goes on after a hold, or that a wait is over; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import ResumeDecided
from stepwell_contracts.http.intake_decisions import DecisionRecorded
from stepwell_intake.domain.access import DECIDE_RESUME, RESUME_CARE
from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_intake.domain.episodes import RESUMABLE, check_phase
from stepwell_intake.usecases.decide import begin_deciding, store_decision
from stepwell_kernel.codes import Phase
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction


async def decide_resume(tx: Transaction, episode_id: UUID) -> DecisionRecorded:
    """Store the decision; the desk ends a wait, a clinician ends a hold.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `crisis_open`, `decision_under_way`),
    Forbidden (`not_granted`).
    """
    deciding = await begin_deciding(tx, DECIDE_RESUME, episode_id)
    check_phase(deciding.episode, RESUMABLE, "resume")
    if deciding.episode.phase is Phase.ON_HOLD:
        tx.authorize(RESUME_CARE, deciding.resource)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.RESUME,
        decided_by=deciding.decided_by,
        decided_at=tx.now,
    )
    event = ResumeDecided(episode_id=episode_id, decided_by=deciding.decided_by)
    return await store_decision(tx, deciding, decision, event)
