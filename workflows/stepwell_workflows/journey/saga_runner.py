"""Runs a saga's table: forward step by step; after a rejection back through what was done."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from stepwell_contracts.activities import ActionResult
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.happenings import Cause
from stepwell_workflows.journey.obligations import ObligationKind
from stepwell_workflows.sagas.discharge import DISCHARGE
from stepwell_workflows.sagas.level_change import LEVEL_CHANGE, STANDING
from stepwell_workflows.sagas.run import SagaName, SagaRun, StepContext
from stepwell_workflows.sagas.steps import Command, Step

SAGAS: Mapping[SagaName, Sequence[Step]] = MappingProxyType(
    {
        SagaName.ADMISSION: STANDING,
        SagaName.DECLINE: STANDING,
        SagaName.WAITLIST: STANDING,
        SagaName.RESUME: STANDING,
        SagaName.HOLD: LEVEL_CHANGE,
        SagaName.STEP_DOWN: LEVEL_CHANGE,
        SagaName.STEP_UP: LEVEL_CHANGE,
        SagaName.TRANSFER: LEVEL_CHANGE,
        SagaName.DISCHARGE: DISCHARGE,
    }
)


def begin(draft: Draft, run: SagaRun) -> None:
    """Start the saga, or have it wait for the one under way."""
    if draft.state.saga is not None:
        draft.change(sagas_waiting=(*draft.state.sagas_waiting, run))
        return
    draft.change(saga=run)
    _issue(draft, run, SAGAS[run.name][run.step].do)


def proceed(draft: Draft, result: ActionResult) -> None:
    """The awaited step was accepted or rejected: take the next one, or begin to go back."""
    run = draft.state.saga
    if run is None:
        return
    if result.accepted and not run.undoing:
        _forward(draft, run)
    else:
        if not run.undoing:
            _flag(draft, run, result.code or "rejected")
        elif not result.accepted:
            _flag(draft, run, f"undo_{result.code or 'rejected'}")
        _back(draft, run)


def _forward(draft: Draft, run: SagaRun) -> None:
    steps = SAGAS[run.name]
    if run.step + 1 == len(steps):
        _end(draft)
        return
    onward = run.model_copy(update={"step": run.step + 1})
    draft.change(saga=onward)
    _issue(draft, onward, steps[onward.step].do)


def _back(draft: Draft, run: SagaRun) -> None:
    for step in range(run.step - 1, -1, -1):
        undo = SAGAS[run.name][step].undo
        if undo is not None:
            back = run.model_copy(update={"step": step, "undoing": True})
            draft.change(saga=back)
            _issue(draft, back, undo)
            return
    _end(draft)


def _end(draft: Draft) -> None:
    waiting = draft.state.sagas_waiting
    draft.change(saga=None, sagas_waiting=waiting[1:])
    if waiting:
        begin(draft, waiting[0])


def _issue(draft: Draft, run: SagaRun, command: Command) -> None:
    """The action belongs to the decision's trace and acts in the name of who decided."""
    cause = draft.cause
    draft.cause = Cause(str(run.cause), cause.now, str(run.decided_by), run.traceparent)
    draft.act(
        command.name,
        command.build(StepContext(draft.key(), draft.state.phase, run)),
        of_saga=True,
    )
    draft.cause = cause


def _flag(draft: Draft, run: SagaRun, code: str) -> None:
    draft.oblige(ObligationKind.REJECTED_ACTION, f"rejected/{run.name}/{run.cause}/{code}", draft.escalation_due())
