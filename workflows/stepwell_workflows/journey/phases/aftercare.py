"""Aftercare: follow-up calls for a year, then the episode closes."""

from datetime import timedelta

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ChangePhase
from stepwell_kernel.codes import Phase
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.state import ObligationKind

#: A follow-up call is put on the worklist this long before it is due.
TASK_AHEAD = timedelta(days=2)


def enter(draft: Draft) -> None:
    """All follow-ups of the year, counted from the discharge."""
    discharged_at = draft.state.discharged_at or draft.now
    draft.change(discharged_at=discharged_at)
    for kind in (ObligationKind.WEEK_CLOSE, ObligationKind.PART_CHANGE, ObligationKind.STEP_DOWN_REVIEW):
        draft.settle_kind(kind, "discharged")
    for days in draft.policy.aftercare_check_days:
        due_at = discharged_at + timedelta(days=days)
        opens_at = max(due_at - TASK_AHEAD, draft.now)
        draft.oblige(ObligationKind.AFTERCARE_CHECK, f"aftercare/{days:03}", due_at, opens_at=opens_at)
    draft.oblige(
        ObligationKind.AFTERCARE_END,
        "aftercare_end",
        discharged_at + timedelta(days=draft.policy.aftercare_days),
    )


def reached(draft: Draft) -> None:
    """A call that reached the patient meets the earliest follow-up whose task is open."""
    keys = sorted(
        key
        for key, obligation in draft.state.obligations.items()
        if obligation.kind is ObligationKind.AFTERCARE_CHECK and obligation.task_is_open
    )
    if keys:
        draft.settle(keys[0], "done")


def end(draft: Draft) -> None:
    """The year is over: close the episode."""
    message = ChangePhase(key=draft.key(), expected=Phase.AFTERCARE, to=Phase.CLOSED)
    draft.act(contract.CHANGE_PHASE, message)
    draft.settle("aftercare_end", "done")


def close_declined(draft: Draft) -> None:
    """A declined referral has no aftercare: close the episode."""
    draft.act(contract.CHANGE_PHASE, ChangePhase(key=draft.key(), expected=Phase.DECLINED, to=Phase.CLOSED))
