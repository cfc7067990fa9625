"""A journey as people look at it."""

from stepwell_contracts.journey import JourneyView, ObligationView
from stepwell_workflows.journey.obligations import Obligation
from stepwell_workflows.journey.state import JourneyState


def view_of(state: JourneyState) -> JourneyView:
    """What must happen, soonest first, and what is under way."""
    obligations = sorted(state.obligations.values(), key=lambda obligation: (obligation.due_at, obligation.key))
    return JourneyView(
        episode_id=state.episode_id,
        phase=state.phase,
        part=state.part,
        policy_version=None if state.policy is None else state.policy.version,
        obligations=tuple(_view(obligation) for obligation in obligations),
        under_way=None if state.saga is None else state.saga.name.value,
        parked=len(state.parked),
        stuck=len(state.stuck),
    )


def _view(obligation: Obligation) -> ObligationView:
    task = obligation.task
    return ObligationView(
        kind=obligation.kind.value if task is None else task.kind.value,
        due_at=obligation.due_at,
        role=None if task is None else task.role,
        opens_at=None if task is None or obligation.task_is_open else obligation.wakes_at,
        escalations=obligation.escalations,
    )
