"""A crisis ends with a disposition only, and is in the way of decisions until then; times of reports."""

from datetime import UTC, datetime, timedelta

import pytest

from stepwell_intake.domain.crisis import (
    Crisis,
    CrisisState,
    DispositionRule,
    Setting,
    check_disposition,
    check_no_crisis,
)
from stepwell_intake.domain.risk_reports import check_happened_at
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import CrisisDisposition, DischargeReason
from stepwell_kernel.errors import Conflict, Invalid, StepwellError
from stepwell_kernel.ids import new_id

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
RULE = DispositionRule(RuleVersion("crisis_disposition", 1), frozenset({CrisisDisposition.NO_CRISIS_FOUND}))


def crisis(state: CrisisState = CrisisState.OPEN) -> Crisis:
    return Crisis(new_id(), new_id(), None, Setting.ON_SITE, state, new_id(), NOW)


@pytest.mark.parametrize(
    ("state", "disposition", "note", "code"),
    [
        (CrisisState.OPEN, CrisisDisposition.SAFETY_PLAN, None, None),
        (CrisisState.OPEN, CrisisDisposition.HOSPITAL, "brought there", None),
        (CrisisState.OPEN, CrisisDisposition.NO_CRISIS_FOUND, "misread item 4", None),
        (CrisisState.OPEN, CrisisDisposition.NO_CRISIS_FOUND, None, "note_missing"),
        (CrisisState.CLOSED, CrisisDisposition.SAFETY_PLAN, None, "crisis_closed"),
        (CrisisState.CLOSED, CrisisDisposition.NO_CRISIS_FOUND, None, "crisis_closed"),
    ],
)
def test_a_disposition_is_given_once_and_a_downgrade_with_a_note(
    state: CrisisState, disposition: CrisisDisposition, note: str | None, code: str | None
) -> None:
    """C-SSRS triage, high risk: disposition mandatory; downgrade by a licensed clinician with a note only."""
    if code is None:
        check_disposition(crisis(state), disposition, note, RULE)
        return
    with pytest.raises(StepwellError) as refusal:
        check_disposition(crisis(state), disposition, note, RULE)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("is_open", "reason", "passes"),
    [
        (False, None, True),
        (False, DischargeReason.COMPLETED, True),
        (True, None, False),
        (True, DischargeReason.DROPPED_OUT, False),
        (True, DischargeReason.DEATH, True),
    ],
)
def test_nobody_is_sent_on_in_a_crisis(*, is_open: bool, reason: DischargeReason | None, passes: bool) -> None:
    """C-SSRS triage, high risk: no end of the encounter before the disposition; death is recorded all the same."""
    found = crisis() if is_open else None
    if passes:
        check_no_crisis(found, reason=reason)
        return
    with pytest.raises(Conflict, match="crisis_open"):
        check_no_crisis(found, reason=reason)


@pytest.mark.parametrize(
    ("since_referral", "until_now", "problem"),
    [
        (timedelta(days=1), timedelta(hours=1), None),
        (timedelta(0), timedelta(days=1), None),
        (timedelta(days=1), timedelta(0), None),
        (timedelta(days=1), timedelta(seconds=-1), "lies in the future"),
        (timedelta(seconds=-1), timedelta(days=1), "lies before the referral"),
    ],
)
def test_what_is_reported_happened_between_referral_and_now(
    since_referral: timedelta, until_now: timedelta, problem: str | None
) -> None:
    if problem is None:
        check_happened_at(NOW, NOW - since_referral, NOW + until_now)
        return
    with pytest.raises(Invalid, match="time_impossible") as refusal:
        check_happened_at(NOW, NOW - since_referral, NOW + until_now)
    assert [(field.path, field.problem) for field in refusal.value.fields] == [("happened_at", problem)]
