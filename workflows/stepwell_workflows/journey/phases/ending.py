"""Aftercare and the end: follow-up calls for a year, then the episode closes; a declined one closes at once."""

from datetime import timedelta

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ChangePhase
from stepwell_kernel.codes import Phase
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import Obligation, ObligationKind

END = "episode_end"


def enter_aftercare(draft: Draft) -> None:
    """All follow-ups of the year, counted from the discharge, each within its window."""
    discharged_at = draft.now
    draft.change(discharged_at=discharged_at)
    ends_at = discharged_at + timedelta(days=draft.policy.aftercare_days)
    for check in draft.policy.aftercare_checks:
        due_at = discharged_at + timedelta(days=check.days)
        window = timedelta(days=check.window_days)
        draft.oblige(
            ObligationKind.AFTERCARE_CHECK,
            f"aftercare/{check.days:03}",
            due_at,
            opens_at=due_at - window,
            lapses_at=min(due_at + window, ends_at),
        )
    draft.oblige(ObligationKind.EPISODE_END, END, ends_at)


def reached(draft: Draft) -> None:
    """A call that reached the patient meets the earliest follow-up whose window is open."""
    open_now = [
        obligation
        for obligation in draft.state.obligations.values()
        if obligation.kind is ObligationKind.AFTERCARE_CHECK and _is_open(obligation, draft)
    ]
    if open_now:
        draft.settle(min(obligation.key for obligation in open_now), "done")


def end_now(draft: Draft) -> None:
    """Nothing more is to come: close the episode, again every day until intake says that it is closed."""
    draft.drop(END)
    draft.oblige(ObligationKind.EPISODE_END, END, draft.now)
    end(draft)


def end(draft: Draft) -> None:
    """Have intake close the episode."""
    message = ChangePhase(key=draft.key(), expected=draft.state.phase, to=Phase.CLOSED)
    draft.act(contract.CHANGE_PHASE, message)
    obligation = draft.state.obligations[END]
    draft.keep(obligation.model_copy(update={"wakes_at": draft.escalation_due()}))


def _is_open(obligation: Obligation, draft: Draft) -> bool:
    return obligation.task_is_open or obligation.wakes_at <= draft.now
