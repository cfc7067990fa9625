"""Answers to findings: what a score or a report asks of somebody, by the rules of the program."""

from dataclasses import replace
from datetime import timedelta

from stepwell_contracts.journey_policy import Response
from stepwell_kernel.codes import CareSignal, FollowUp, RiskSignal, TaskKind
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import LIVES_IN, Obligation, ObligationKind, TaskRule

CRISIS = "crisis"

Trigger = FollowUp | RiskSignal | CareSignal


def respond(draft: Draft, trigger: Trigger) -> None:
    """Oblige what the rules ask for; a finding that is told again while one is being answered adds nothing."""
    if draft.state.phase not in LIVES_IN[ObligationKind.RESPONSE]:
        return
    for response in (*draft.policy.responses, *draft.policy.signal_responses):
        if response.trigger == trigger and not _has_been_called(draft, response):
            _oblige(draft, response)


def met(draft: Draft, trigger: Trigger) -> None:
    """What the finding asked for is no longer needed."""
    draft.settle_where(lambda obligation: obligation.key.startswith(f"response/{trigger}/"), "met")
    draft.learn(signals={key: told for key, told in draft.state.clinical.signals.items() if key != trigger})


def signalled(draft: Draft, signal: CareSignal) -> None:
    """Another service tells of a patient: remember when, and oblige what the rules ask for."""
    told = draft.state.clinical.signals
    draft.learn(signals={**told, signal: (*told.get(signal, ()), draft.now)})
    respond(draft, signal)


def answered(draft: Draft, kind: TaskKind) -> None:
    """A fact shows that what tasks of the kind asked for was done; signals since then, told before it, ask anew."""

    def asked_for_it(obligation: Obligation) -> bool:
        is_response = obligation.kind is ObligationKind.RESPONSE
        return is_response and obligation.task is not None and obligation.task.kind is kind

    draft.settle_where(asked_for_it, "done")
    answer = draft.cause
    signals = {key: tuple(at for at in told if at >= answer.now) for key, told in draft.state.clinical.signals.items()}
    draft.learn(signals=signals)
    for signal, since in signals.items():
        if since:
            draft.cause = replace(answer, now=since[0])
            respond(draft, CareSignal(signal))
    draft.cause = answer


def crisis_raised(draft: Draft, crisis_id: object) -> None:
    """Somebody is in danger: a disposition is due, whether or not the page is answered."""
    due_at = draft.now + timedelta(hours=draft.policy.crisis_disposition_hours)
    draft.oblige(ObligationKind.CRISIS, f"{CRISIS}/{crisis_id}", due_at)


def crisis_closed(draft: Draft, crisis_id: object) -> None:
    """The disposition is recorded."""
    draft.settle(f"{CRISIS}/{crisis_id}", "done")


def key(trigger: Trigger, kind: TaskKind) -> str:
    """The obligation that answers a finding by a task of the kind."""
    return f"response/{trigger}/{kind}"


def _has_been_called(draft: Draft, response: Response) -> bool:
    """Whether the call that is asked for was made after the finding, though told before it."""
    contacted_at = draft.state.clinical.contacted_at
    return response.kind is TaskKind.OUTREACH_CALL and contacted_at is not None and contacted_at > draft.now


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
