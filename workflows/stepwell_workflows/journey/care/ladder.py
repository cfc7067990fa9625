"""Outreach after a missed session: a ladder of tasks until somebody is reached, or the patient is back.

A patient at high risk gets the fast ladder: a moderate or high C-SSRS in the last weeks, an overdose in the last
months, a missed dose or injection in the last days, pregnancy, or being a minor. Discharge is never automatic: the last
step asks people to review.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from stepwell_contracts.journey_policy import LadderStep
from stepwell_kernel.codes import AgeBand, PriorityClass
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import IN_CARE, Obligation, ObligationKind, TaskRule
from stepwell_workflows.journey.state import Absence

PREGNANT = frozenset({PriorityClass.PREGNANT, PriorityClass.PREGNANT_INJECTING})
UNTIL_RETURN = "until_return"
USUAL, FAST = "usual", "fast"


def missed(draft: Draft, starts_at: datetime) -> None:
    """A session was missed; outreach counts from the first one since the patient last came."""
    absence = Absence(starts_at=starts_at, noted_at=draft.now)
    draft.learn(absences=(*draft.state.clinical.absences, absence))
    if _present(draft) == absence:
        _climb(draft, absence)


def returned(draft: Draft) -> None:
    """The patient is back, or the session was not missed after all."""
    draft.learn(absences=())
    draft.settle_kind(ObligationKind.LADDER, "returned")


def reached(draft: Draft) -> None:
    """Somebody reached the patient: what is left waits for the return."""
    draft.learn(contacted_at=draft.now)
    absence = _present(draft)
    if absence is None or draft.now <= absence.starts_at:
        return
    draft.settle_where(lambda o: o.kind is ObligationKind.LADDER and not _waits_for_return(o), "reached")


def risk_has_risen(draft: Draft) -> None:
    """Outreach that is under way goes on by the fast ladder."""
    usual = [o for o in draft.state.obligations.values() if o.kind is ObligationKind.LADDER and USUAL in o.key]
    if usual:
        draft.settle_where(lambda obligation: obligation in usual, "fast_path")
        go_on(draft)


def stop(draft: Draft) -> None:
    """Care has paused or ended, and its obligations with it; absences that were noted after that are of later care."""
    draft.learn(absences=tuple(one for one in draft.state.clinical.absences if one.noted_at > draft.now))


def go_on(draft: Draft) -> None:
    """Outreach about an absence of the present care, whenever it was told."""
    absence = _present(draft)
    if absence is not None:
        _climb(draft, absence)


def is_high_risk(draft: Draft, at: datetime) -> bool:
    """Whether something in the time before, or since, makes an absence dangerous."""
    clinical, policy = draft.state.clinical, draft.policy
    recent = (
        (clinical.suicide_risk_at, policy.suicide_risk_days),
        (clinical.overdose_at, policy.overdose_risk_days),
        (clinical.dose_missed_at, policy.missed_dose_risk_days),
    )
    return (
        draft.state.priority in PREGNANT
        or draft.state.age_band is AgeBand.ADOLESCENT
        or any(since is not None and since >= at - timedelta(days=days) for since, days in recent)
    )


def _present(draft: Draft) -> Absence | None:
    """The first absence of the present care."""
    since = draft.state.care_since
    if draft.state.phase not in IN_CARE or since is None:
        return None
    return next((one for one in draft.state.clinical.absences if one.noted_at > since), None)


def _climb(draft: Draft, absence: Absence) -> None:
    """Oblige the steps to come; of those that had passed when the absence was recorded, the latest stands for all."""
    fast = is_high_risk(draft, absence.starts_at)
    for number, step in _to_come(draft, draft.policy.fast_ladder if fast else draft.policy.ladder, absence):
        opens_at = max(absence.starts_at + timedelta(minutes=step.after_minutes), absence.noted_at)
        draft.oblige(
            ObligationKind.LADDER,
            "/".join(("ladder", FAST if fast else USUAL, str(number), UNTIL_RETURN if step.until_return else "call")),
            opens_at + timedelta(minutes=step.due_minutes),
            opens_at=opens_at,
            task=TaskRule(kind=step.kind, role=step.role),
        )


def _to_come(draft: Draft, ladder: Sequence[LadderStep], absence: Absence) -> list[tuple[int, LadderStep]]:
    contacted_at = draft.state.clinical.contacted_at
    has_been_reached = contacted_at is not None and contacted_at > absence.starts_at
    steps = [(n, step) for n, step in enumerate(ladder, 1) if step.until_return or not has_been_reached]
    passed = [one for one in steps if absence.starts_at + timedelta(minutes=one[1].after_minutes) <= absence.noted_at]
    return [*passed[-1:], *(one for one in steps if one not in passed)]


def _waits_for_return(obligation: Obligation) -> bool:
    return obligation.key.endswith(UNTIL_RETURN)
