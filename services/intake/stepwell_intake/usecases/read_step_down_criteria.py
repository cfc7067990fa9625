"""How the step-down criteria stand, without a decision."""

from uuid import UUID

from stepwell_contracts.http.intake_decisions import CriterionView, StepDownCriteria
from stepwell_intake.domain.access import READ_STEP_DOWN_CRITERIA
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.usecases.step_down_case import judge_step_down
from stepwell_kernel.access import Resource
from stepwell_kernel.decision_codes import CriterionState
from stepwell_postgres.transaction import Transaction


async def read_step_down_criteria(tx: Transaction, episode_id: UUID) -> StepDownCriteria:
    """The checklist as it stands today; what only a clinician can state is unknown. Raises NotFound."""
    episode = await find_episode(tx, episode_id)
    tx.authorize(READ_STEP_DOWN_CRITERIA, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    findings = await judge_step_down(tx, episode, frozenset())
    return StepDownCriteria(
        met=all(finding.state is CriterionState.MET for finding in findings),
        criteria=tuple(
            CriterionView(
                criterion=finding.criterion,
                state=finding.state,
                value=finding.value,
                rule_version=str(finding.rule),
            )
            for finding in findings
        ),
    )
