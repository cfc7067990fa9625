"""Rules of medication, as tables: a passing, a failing and a boundary row each."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from stepwell_kernel.errors import Conflict, StepwellError
from stepwell_medication.domain.doses import DayCap, check_day_cap, treatment_day
from stepwell_medication.domain.withdrawal import Score, WithdrawalRule, check_withdrawal

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
SHORT_ACTING = WithdrawalRule("bup_start.withdrawal", "1", 11, 240)
FENTANYL = WithdrawalRule("bup_start.withdrawal", "1", 13, 240)


@pytest.mark.parametrize(
    ("rule", "points", "minutes_ago", "code"),
    [
        (SHORT_ACTING, 12, 5, None),
        (SHORT_ACTING, 11, 5, None),
        (SHORT_ACTING, 10, 5, "withdrawal_score_below_limit"),
        (FENTANYL, 13, 5, None),
        (FENTANYL, 12, 5, "withdrawal_score_below_limit"),
        (SHORT_ACTING, 12, 240, None),
        (SHORT_ACTING, 12, 241, "withdrawal_score_stale"),
        (SHORT_ACTING, 12, -1, "score_in_the_future"),
    ],
)
def test_a_start_needs_withdrawal(rule: WithdrawalRule, points: int, minutes_ago: int, code: str | None) -> None:
    """ASAM 2020: COWS 11 to 12 or more; after fentanyl protocols aim at 13."""
    score = Score(points, NOW - timedelta(minutes=minutes_ago))
    if code is None:
        assert check_withdrawal(rule, score, NOW) == score
        return
    with pytest.raises(StepwellError) as refusal:
        check_withdrawal(rule, score, NOW)
    assert refusal.value.code == code


def test_a_start_without_a_score_is_refused_by_name() -> None:
    with pytest.raises(Conflict) as refusal:
        check_withdrawal(SHORT_ACTING, None, NOW)
    assert refusal.value.code == "withdrawal_score_missing"
    assert [(f.path, f.rule) for f in refusal.value.fields] == [("withdrawal", "bup_start.withdrawal@1")]


@pytest.mark.parametrize(
    ("cap", "given", "dose", "passes"),
    [
        ("8", "4", "4", True),
        ("8", "8", "0.5", False),
        ("8", "0", "8", True),
        ("8", "0", "8.01", False),
        (None, "30", "8", True),
    ],
)
def test_the_first_days_have_caps(cap: str | None, given: str, dose: str, *, passes: bool) -> None:
    """Label: 8 mg on day 1, 16 mg on day 2."""
    rule = None if cap is None else DayCap("bup_start.day_cap", "1", Decimal(cap))
    if passes:
        check_day_cap(rule, Decimal(given), Decimal(dose))
        return
    with pytest.raises(Conflict, match="day_cap_exceeded"):
        check_day_cap(rule, Decimal(given), Decimal(dose))


@pytest.mark.parametrize(("dosed_days_before", "day"), [(0, 1), (1, 2), (30, 31)])
def test_days_of_treatment_count_from_the_first_dose(dosed_days_before: int, day: int) -> None:
    assert treatment_day(dosed_days_before) == day
