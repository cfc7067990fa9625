"""Answers to findings: what a score or a report asks of somebody, by the rules of the program."""

from datetime import timedelta

from stepwell_contracts.journey_policy import Response
from stepwell_kernel.codes import FollowUp, RiskSignal, TaskKind
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import LIVES_IN, Obligation, ObligationKind, TaskRule

CRISIS = "crisis"


def respond(draft: Draft, trigger: FollowUp | RiskSignal) -> None:
    """Oblige what the rules ask for; a finding that is told again while one is being answered adds nothing."""
    if draft.state.phase not in LIVES_IN[ObligationKind.RESPONSE]:
        return
    for response in draft.policy.responses:
        if response.trigger == trigger:
            _oblige(draft, response)


def answered(draft: Draft, kind: TaskKind) -> None:
    """A fact shows that what tasks of the kind asked for was done."""

    def asked_for_it(obligation: Obligation) -> bool:
        is_response = obligation.kind is ObligationKind.RESPONSE
        return is_response and obligation.task is not None and obligation.task.kind is kind

    draft.settle_where(asked_for_it, "done")


def crisis_raised(draft: Draft, crisis_id: object) -> None:
    """Somebody is in danger: a disposition is due, whether or not the page is answered."""
    due_at = draft.now + timedelta(hours=draft.policy.crisis_disposition_hours)
    draft.oblige(ObligationKind.CRISIS, f"{CRISIS}/{crisis_id}", due_at)


def crisis_closed(draft: Draft, crisis_id: object) -> None:
    """The disposition is recorded."""
    draft.settle(f"{CRISIS}/{crisis_id}", "done")


def key(trigger: FollowUp | RiskSignal, kind: TaskKind) -> str:
    """The obligation that answers a finding by a task of the kind."""
    return f"response/{trigger}/{kind}"


def _oblige(draft: Draft, response: Response) -> None:
    if response.due_business_days is not None:
        due_at = draft.business_days(response.due_business_days)
    else:
        due_at = draft.now + timedelta(hours=response.due_hours or 0)
    draft.oblige(
        ObligationKind.RESPONSE,
        key(response.trigger, response.kind),
        due_at,
        task=TaskRule(kind=response.kind, role=response.role),
    )
