"""The decision: from a state and what happened, to the next state and the actions it needs. Pure."""

from datetime import date, datetime

from stepwell_contracts import activities as contract
from stepwell_contracts.journey import LATE_CLINICAL, JourneyEvent
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import CareSignal, Phase, TreatmentPart
from stepwell_workflows.journey import saga_runner
from stepwell_workflows.journey.care import responses, weeks
from stepwell_workflows.journey.care.late import late_task
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.facts import OF_CARE, REACTIONS
from stepwell_workflows.journey.happenings import Cause, Fact, Happening, Outcome, PolicyRead, Woken
from stepwell_workflows.journey.obligations import IN_CARE, Obligation, ObligationKind
from stepwell_workflows.journey.parking import is_owed, without
from stepwell_workflows.journey.phases import ending, in_care
from stepwell_workflows.journey.reading import read_fact
from stepwell_workflows.journey.state import Action, JourneyState

Decision = tuple[JourneyState, tuple[Action, ...]]

NOTHING: tuple[Action, ...] = ()

TASK_COMMANDS = frozenset({contract.OPEN_CARE_TASK, contract.ESCALATE_CARE_TASK, contract.CLOSE_CARE_TASK})


def decide(state: JourneyState, happening: Happening, now: datetime, policy: JourneyPolicy) -> Decision:
    """The next state and the actions to carry out, at an instant of domain time under the policy in force.

    The same happening twice changes nothing the second time: facts are known by their stream version, deadlines by
    the obligation, outcomes by the outstanding action. What a fact makes due counts from when it happened, not from
    when it arrived, so that the order in which services' facts arrive makes no difference.
    """
    match happening:
        case Fact():
            return _fact(state, happening, now, policy)
        case Woken(key):
            return _woken(state, key, now, policy)
        case Outcome():
            return _outcome(state, happening, now, policy)
        case PolicyRead():
            return _policy(state, happening), NOTHING


def is_repeat(state: JourneyState, fact: Fact) -> bool:
    """Whether the fact was applied before; older ones of the same service were, unless they were parked."""
    return fact.envelope.version <= _applied(state, fact) and not is_owed(state, fact.envelope)


def _applied(state: JourneyState, fact: Fact) -> int:
    return state.versions.get(fact.envelope.source, 0)


def _fact(state: JourneyState, fact: Fact, now: datetime, policy: JourneyPolicy) -> Decision:
    if is_repeat(state, fact):
        return state, NOTHING
    envelope = fact.envelope
    draft = Draft(state, policy, _cause(fact))
    draft.change(
        versions={**state.versions, envelope.source: max(envelope.version, _applied(state, fact))},
        owed=without(state.owed, envelope),
    )
    if envelope.type in LATE_CLINICAL and state.phase is Phase.CLOSED:
        draft.act(contract.OPEN_CARE_TASK, late_task(draft.key(), now))
    elif envelope.type in OF_CARE and _is_early(state, fact):
        early = JourneyEvent(envelope=envelope, data=fact.event.model_dump(mode="json"))
        draft.change(early=(*state.early, early.model_dump(mode="json")))
    else:
        _react(draft, fact)
    return draft.finish()


def _is_early(state: JourneyState, fact: Fact) -> bool:
    """Whether a fact of care happened after the patient was last known to be out of care: intake has yet to tell."""
    return state.phase not in IN_CARE and (state.since is None or fact.envelope.time > state.since)


def _react(draft: Draft, fact: Fact) -> None:
    REACTIONS[fact.envelope.type](draft, fact, fact.event)
    if draft.state.phase in IN_CARE:
        _catch_up(draft)


def _catch_up(draft: Draft) -> None:
    """Care has begun: what was told of it before now has its place."""
    early = draft.state.early
    draft.change(early=())
    for raw in early:
        fact = read_fact(raw)
        draft.cause = _cause(fact)
        REACTIONS[fact.envelope.type](draft, fact, fact.event)


def _cause(fact: Fact) -> Cause:
    return Cause(str(fact.envelope.id), fact.envelope.time, traceparent=fact.envelope.traceparent)


def _woken(state: JourneyState, key: str, now: datetime, policy: JourneyPolicy) -> Decision:
    obligation = state.obligations.get(key)
    if obligation is None or obligation.wakes_at > now:
        return state, NOTHING
    draft = Draft(state, policy, Cause(f"{key}@{obligation.wakes_at.isoformat()}", now))
    _due(draft, obligation)
    return draft.finish()


def _policy(state: JourneyState, read: PolicyRead) -> JourneyState:
    """The rules of a place that the episode has left meanwhile say nothing of the one where it is."""
    if (read.facility_id, read.program_id) != (state.facility_id, state.program_id):
        return state
    return state.model_copy(update={"policy": read.policy, "policy_wanted": False})


def _due(draft: Draft, obligation: Obligation) -> None:
    if obligation.task is not None:
        _about_task(draft, obligation)
        return
    match obligation.kind:
        case ObligationKind.WEEK_CLOSE:
            weeks.close_week(draft, date.fromisoformat(obligation.key.removeprefix("week/")))
        case ObligationKind.PART_CHANGE:
            in_care.change_part(draft, TreatmentPart(obligation.key.removeprefix("part/")))
        case _:
            ending.end(draft)


def _about_task(draft: Draft, obligation: Obligation) -> None:
    if obligation.task is None:
        return
    if obligation.lapses_at is not None and obligation.lapses_at <= draft.now:
        draft.settle(obligation.key, "window_passed")
    elif not obligation.task_is_open:
        draft.open_task(obligation, obligation.task)
    else:
        draft.escalate(obligation, obligation.task)


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
    """A care task for the supervisor; visits and plans that cannot be made are the scheduler's.

    A task command that was rejected opens none, or tasks would breed tasks. A plan for care that is over is no loss.
    """
    if action.name in TASK_COMMANDS:
        return
    if action.name == contract.BOOK_VISIT:
        responses.signalled(draft, CareSignal.VISIT_NOT_BOOKED)
        return
    if action.name == contract.PLAN_EPISODE:
        if draft.state.phase in IN_CARE:
            responses.signalled(draft, CareSignal.WEEK_PLAN_SHORT)
        return
    key = f"rejected/{action.name}/{outcome.result.code}"
    draft.oblige(ObligationKind.REJECTED_ACTION, key, draft.escalation_due())
