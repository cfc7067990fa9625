"""Outreach after a missed session: a ladder of tasks until somebody is reached, or the patient is back.

A patient at high risk gets the fast ladder: a moderate or high C-SSRS in the last weeks, an overdose in the last
months, pregnancy, or being a minor. Discharge is never automatic: the last step asks people to review.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from stepwell_contracts.journey_policy import LadderStep
from stepwell_kernel.codes import AgeBand, PriorityClass
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import IN_CARE, Obligation, ObligationKind, TaskRule

PREGNANT = frozenset({PriorityClass.PREGNANT, PriorityClass.PREGNANT_INJECTING})
UNTIL_RETURN = "until_return"
USUAL, FAST = "usual", "fast"


def missed(draft: Draft, starts_at: datetime) -> None:
    """A session was missed; while outreach about an earlier one goes on, it counts from that one."""
    since = draft.state.care_since
    belongs_here = draft.state.phase in IN_CARE and since is not None and since <= draft.now
    if not belongs_here or draft.state.clinical.missed_at is not None:
        return
    draft.learn(missed_at=starts_at, miss_noted_at=draft.now)
    _climb(draft)


def returned(draft: Draft) -> None:
    """The patient is back, or the session was not missed after all."""
    draft.learn(missed_at=None, miss_noted_at=None)
    draft.settle_kind(ObligationKind.LADDER, "returned")


def reached(draft: Draft) -> None:
    """Somebody reached the patient: what is left waits for the return."""
    draft.learn(contacted_at=draft.now)
    draft.settle_where(lambda o: o.kind is ObligationKind.LADDER and not _waits_for_return(o), "reached")


def risk_has_risen(draft: Draft) -> None:
    """Outreach that is under way goes on by the fast ladder."""
    usual = [o for o in draft.state.obligations.values() if o.kind is ObligationKind.LADDER and USUAL in o.key]
    if usual:
        draft.settle_where(lambda obligation: obligation in usual, "fast_path")
        _climb(draft)


def stop(draft: Draft) -> None:
    """Care has paused or ended; the obligations went with the phase."""
    draft.learn(missed_at=None, miss_noted_at=None)


def is_high_risk(draft: Draft, at: datetime) -> bool:
    """Whether something in the time before, or since, makes an absence dangerous."""
    clinical, policy = draft.state.clinical, draft.policy
    recent = (
        (clinical.suicide_risk_at, policy.suicide_risk_days),
        (clinical.overdose_at, policy.overdose_risk_days),
    )
    return (
        draft.state.priority in PREGNANT
        or draft.state.age_band is AgeBand.ADOLESCENT
        or any(since is not None and since >= at - timedelta(days=days) for since, days in recent)
    )


def _climb(draft: Draft) -> None:
    """Oblige the steps to come; of those that had passed when the absence was recorded, the latest stands for all."""
    missed_at, noted_at = draft.state.clinical.missed_at, draft.state.clinical.miss_noted_at
    if missed_at is None or noted_at is None:
        return
    fast = is_high_risk(draft, missed_at)
    for number, step in _to_come(draft, draft.policy.fast_ladder if fast else draft.policy.ladder, missed_at, noted_at):
        opens_at = max(missed_at + timedelta(minutes=step.after_minutes), noted_at)
        draft.oblige(
            ObligationKind.LADDER,
            "/".join(("ladder", FAST if fast else USUAL, str(number), UNTIL_RETURN if step.until_return else "call")),
            opens_at + timedelta(minutes=step.due_minutes),
            opens_at=opens_at,
            task=TaskRule(kind=step.kind, role=step.role),
        )


def _to_come(
    draft: Draft, ladder: Sequence[LadderStep], missed_at: datetime, noted_at: datetime
) -> list[tuple[int, LadderStep]]:
    contacted_at = draft.state.clinical.contacted_at
    has_been_reached = contacted_at is not None and contacted_at > missed_at
    steps = [(n, step) for n, step in enumerate(ladder, 1) if step.until_return or not has_been_reached]
    passed = [one for one in steps if missed_at + timedelta(minutes=one[1].after_minutes) <= noted_at]
    return [*passed[-1:], *(one for one in steps if one not in passed)]


def _waits_for_return(obligation: Obligation) -> bool:
    return obligation.key.endswith(UNTIL_RETURN)
