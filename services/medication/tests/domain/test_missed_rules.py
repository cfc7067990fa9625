"""Missed doses, as tables: each row of the rule, and the days on both sides of its bounds."""

from datetime import date
from decimal import Decimal

import pytest

from stepwell_kernel.errors import Conflict, StepwellError
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import MissedDoseStep
from stepwell_medication.domain.holds import LiftDecision, MissedCase, check_decision, is_reduced
from stepwell_medication.domain.missed import MissedRule, MissedRun, check_missed, rule_for, run_through

USUAL, CHECK = MissedDoseStep.USUAL_DOSE, MissedDoseStep.NURSE_CHECK
ORDER, INDUCTION = MissedDoseStep.PRESCRIBER_ORDER, MissedDoseStep.NEW_INDUCTION
METHADONE = tuple(
    MissedRule("methadone.missed_doses", "1", None, *row)
    for row in (
        (1, 1, USUAL),
        (2, 2, CHECK),
        (3, 3, ORDER, 50),
        (4, 4, ORDER, 50, Decimal(40)),
        (5, None, INDUCTION),
    )
)
BUPRENORPHINE = tuple(
    MissedRule("buprenorphine.missed_doses", "1", *row)
    for row in ((False, 1, 5, USUAL), (False, 6, None, INDUCTION), (True, 1, 3, CHECK), (True, 4, None, INDUCTION))
)

LOW_DOSE = tuple(
    MissedRule("bup_low_dose.missed_doses", "1", None, *row)
    for row in ((1, 1, USUAL), (2, 5, ORDER, 100), (6, None, INDUCTION))
)


@pytest.mark.parametrize(
    ("rules", "returned", "days", "step"),
    [
        (METHADONE, False, 1, USUAL),
        (METHADONE, False, 2, CHECK),
        (METHADONE, True, 3, ORDER),
        (METHADONE, False, 4, ORDER),
        (METHADONE, False, 5, INDUCTION),
        (METHADONE, False, 60, INDUCTION),
        (BUPRENORPHINE, False, 5, USUAL),
        (BUPRENORPHINE, False, 6, INDUCTION),
        (BUPRENORPHINE, True, 1, CHECK),
        (BUPRENORPHINE, True, 3, CHECK),
        (BUPRENORPHINE, True, 4, INDUCTION),
        (LOW_DOSE, True, 1, USUAL),
        (LOW_DOSE, True, 2, ORDER),
        (LOW_DOSE, False, 5, ORDER),
        (LOW_DOSE, False, 6, INDUCTION),
        ((), False, 9, None),
    ],
)
def test_missed_days_have_a_step(
    rules: tuple[MissedRule, ...], days: int, step: MissedDoseStep | None, *, returned: bool
) -> None:
    """Australian guideline for methadone, BC College of Pharmacists for buprenorphine, a review for low-dose starts."""
    found = rule_for(rules, days, returned=returned)
    assert (found.step if found else None) is step


@pytest.mark.parametrize(
    ("days", "base", "suggested"),
    [(2, "80", None), (3, "120", "60.00"), (4, "120", "40"), (4, "80", "40"), (4, "79", "39.50"), (3, None, None)],
)
def test_a_dose_is_suggested_to_the_prescriber(days: int, base: str | None, suggested: str | None) -> None:
    """Day 3: half the dose; day 4: half, at most 40 mg."""
    found = rule_for(METHADONE, days, returned=False)
    assert found is not None
    expected = Decimal(suggested) if suggested else None
    assert found.suggested_mg(Decimal(base) if base else None) == expected


@pytest.mark.parametrize(
    ("rules", "days", "stated", "decided", "code"),
    [
        (METHADONE, 1, {}, 0, None),
        (METHADONE, 2, {}, 0, "nurse_check_needed"),
        (METHADONE, 2, {"checked": True}, 0, None),
        (METHADONE, 3, {"checked": True}, 0, "prescriber_order_needed"),
        (METHADONE, 3, {}, 3, None),
        (METHADONE, 4, {}, 3, "prescriber_order_needed"),
        (METHADONE, 5, {"checked": True}, 4, "new_induction_needed"),
        (BUPRENORPHINE, 1, {}, 0, "opioid_return_not_stated"),
        (BUPRENORPHINE, 5, {"returned": False}, 0, None),
        (BUPRENORPHINE, 6, {"returned": False}, 0, "new_induction_needed"),
        (BUPRENORPHINE, 3, {"returned": True}, 0, "nurse_check_needed"),
        (BUPRENORPHINE, 3, {"returned": True, "checked": True}, 0, None),
        (BUPRENORPHINE, 4, {"returned": True, "checked": True}, 0, "new_induction_needed"),
        ((), 9, {}, 0, None),
    ],
)
def test_the_next_dose_waits_for_its_step(
    rules: tuple[MissedRule, ...], days: int, stated: dict[str, bool], decided: int, code: str | None
) -> None:
    def check() -> None:
        returned, checked = stated.get("returned"), stated.get("checked", False)
        check_missed(rules, days, returned=returned, checked=checked, decided_days=decided)

    if code is None:
        check()
        return
    with pytest.raises(Conflict, match=code):
        check()


@pytest.mark.parametrize(
    ("last", "run"),
    [
        (date(2026, 3, 8), None),
        (date(2026, 3, 7), MissedRun(date(2026, 3, 8), 1)),
        (date(2026, 3, 3), MissedRun(date(2026, 3, 4), 5)),
    ],
)
def test_days_count_from_the_last_one_with_a_dose(last: date, run: MissedRun | None) -> None:
    """The week has the change to summer time: days are those of the calendar."""
    assert run_through(last, date(2026, 3, 8)) == run


CASE = MissedCase(new_id(), date(2026, 3, 3), 3, Decimal(80), Decimal(40), "methadone.missed_doses@1")


@pytest.mark.parametrize(
    ("case", "dose", "reason", "code", "reduced"),
    [
        (CASE, "40", None, None, True),
        (CASE, "60", "stable for years", None, True),
        (CASE, "80", "stable for years", None, False),
        (CASE, "60", None, "decision_reason_missing", None),
        (CASE, "80.01", "stable for years", "dose_above_former", None),
        (CASE, None, None, "daily_dose_missing", None),
        (None, None, None, None, False),
        (None, "40", None, "daily_dose_not_asked_for", None),
    ],
)
def test_a_prescriber_decides_how_to_go_on(
    case: MissedCase | None, dose: str | None, reason: str | None, code: str | None, *, reduced: bool | None
) -> None:
    """The software suggests; another dose than the one suggested has a reason."""
    decision = LiftDecision(Decimal(dose) if dose else None, reason)
    if code is None:
        check_decision(case, decision)
        assert is_reduced(case, decision) is reduced
        return
    with pytest.raises(StepwellError, match=code):
        check_decision(case, decision)
