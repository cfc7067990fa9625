"""The decision: from a state and what happened, to the next state and the actions it needs. Pure."""

from datetime import date, datetime

from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import TreatmentPart
from stepwell_workflows.journey import saga_runner
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.facts import REACTIONS
from stepwell_workflows.journey.happenings import Cause, Fact, Happening, Outcome, PolicyRead, Woken
from stepwell_workflows.journey.phases import aftercare, treatment
from stepwell_workflows.journey.policy import MOST_ESCALATIONS
from stepwell_workflows.journey.state import Action, JourneyState, Obligation, ObligationKind

Decision = tuple[JourneyState, tuple[Action, ...]]

NOTHING: tuple[Action, ...] = ()


def decide(state: JourneyState, happening: Happening, now: datetime, policy: JourneyPolicy) -> Decision:
    """The next state and the actions to carry out, at an instant of domain time under the policy in force.

    The same happening twice changes nothing the second time: facts are known by their stream version, deadlines by
    the obligation, outcomes by the outstanding action.
    """
    match happening:
        case Fact():
            return _fact(state, happening, now, policy)
        case Woken(key):
            return _woken(state, key, now, policy)
        case Outcome():
            return _outcome(state, happening, now, policy)
        case PolicyRead(read):
            return state.model_copy(update={"policy": read, "policy_wanted": False}), NOTHING


def is_repeat(state: JourneyState, fact: Fact) -> bool:
    """Whether the fact, or a later one of the same service, was applied before."""
    return fact.envelope.version <= state.versions.get(fact.envelope.source, 0)


def _fact(state: JourneyState, fact: Fact, now: datetime, policy: JourneyPolicy) -> Decision:
    if is_repeat(state, fact):
        return state, NOTHING
    envelope = fact.envelope
    draft = Draft(state, policy, Cause(str(envelope.id), now, traceparent=envelope.traceparent))
    draft.change(versions={**state.versions, envelope.source: envelope.version})
    REACTIONS[envelope.type](draft, fact, fact.event)
    return draft.finish()


def _woken(state: JourneyState, key: str, now: datetime, policy: JourneyPolicy) -> Decision:
    obligation = state.obligations.get(key)
    if obligation is None or obligation.wakes_at is None or obligation.wakes_at > now:
        return state, NOTHING
    draft = Draft(state, policy, Cause(f"{key}@{obligation.wakes_at.isoformat()}", now))
    _due(draft, obligation)
    return draft.finish()


def _due(draft: Draft, obligation: Obligation) -> None:
    match obligation.kind:
        case ObligationKind.WEEK_CLOSE:
            treatment.close_week(draft, date.fromisoformat(obligation.key.removeprefix("week/")))
        case ObligationKind.PART_CHANGE:
            treatment.change_part(draft, TreatmentPart(obligation.key.removeprefix("part/")))
        case ObligationKind.AFTERCARE_END:
            aftercare.end(draft)
        case _ if not obligation.task_is_open:
            draft.open_task(obligation)
        case _:
            draft.escalate(obligation, most=MOST_ESCALATIONS)


def _outcome(state: JourneyState, outcome: Outcome, now: datetime, policy: JourneyPolicy) -> Decision:
    action = next((a for a in state.outstanding if a.index == outcome.index), None)
    if action is None:
        return state, NOTHING
    draft = Draft(state, policy, Cause(f"outcome/{outcome.index}", now))
    draft.change(outstanding=tuple(a for a in state.outstanding if a.index != outcome.index))
    if action.of_saga:
        saga_runner.proceed(draft, outcome.result)
    elif not outcome.result.accepted:
        _rejected(draft, action, outcome)
    return draft.finish()


def _rejected(draft: Draft, action: Action, outcome: Outcome) -> None:
    """A care task for the supervisor; a task command that was rejected opens none, or tasks would breed tasks."""
    if action.name.endswith("_care_task"):
        return
    key = f"rejected/{action.name}/{action.index}/{outcome.result.code}"
    draft.oblige(ObligationKind.REJECTED_ACTION, key, draft.escalation_due())
