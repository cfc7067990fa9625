"""Where an injection lies in its window. Sources: the labels as the rows name them, and defaults of the house."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from services.medication.tests.domain.injection_rows import RULES, VISITS
from stepwell_kernel.errors import Bug, Invalid
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_kernel.medication_codes import BodySide, InjectionSite, InjectionTiming, Medicine
from stepwell_medication.domain.injection_plan import (
    Window,
    regular_window,
    start_window,
    visit_in,
    window_at_once,
    window_told,
)
from stepwell_medication.domain.injections import Injection, Intended, OpioidFreeProof, assess, course_before

NEW_YORK = "America/New_York"
S, W, M, N = Medicine.SUBLOCADE, Medicine.BRIXADI_WEEKLY, Medicine.BRIXADI_MONTHLY, Medicine.NALTREXONE_XR
USUAL_MG = {S: 300, W: 24, M: 96, N: 380}
FIRST_DAY = date(2026, 1, 5)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def given(medicine: Medicine, day: date = FIRST_DAY, number: int = 3, *, starts: bool = False) -> Injection:
    """An injection on the left, told to be due again as its window has it."""
    window = regular_window(RULES[medicine].window, day, NEW_YORK)
    return Injection(
        injection_id=new_id(),
        order_id=new_id(),
        medicine=medicine,
        dose_number=number,
        starts=starts,
        amount_mg=Decimal(USUAL_MG[medicine]),
        site=InjectionSite.BUTTOCK,
        side=BodySide.LEFT,
        given_on=day,
        given_at=noon(day),
        counts_from=day,
        timing=InjectionTiming.ON_TIME,
        opens_on=day + timedelta(days=RULES[medicine].window.opens_days),
        next_due_on=window.due_on,
        late_after=window.late_after,
    )


def intended(medicine: Medicine, day: date, amount_mg: int | None = None) -> Intended:
    """An injection on the right at noon."""
    return Intended(
        amount_mg=Decimal(amount_mg or USUAL_MG[medicine]),
        site=InjectionSite.BUTTOCK,
        side=BodySide.RIGHT,
        new_start=False,
        reversal_agent_discussed=True,
        proof=None,
        now=noon(day),
        today=day,
    )


@pytest.mark.parametrize(
    ("medicine", "day", "timing", "code"),
    [
        (S, 25, "early", "injection_too_early"),
        (S, 26, "on_time", None),
        (S, 42, "on_time", None),
        (S, 43, "late", "injection_late"),
        (S, 56, "late", "injection_late"),
        (S, 57, "restart", "restart_assessment"),
        (W, 0, "early", "injection_too_early"),
        (W, 1, "early", "injection_early"),
        (W, 4, "early", "injection_early"),
        (W, 5, "on_time", None),
        (W, 9, "on_time", None),
        (W, 10, "late", "injection_late"),
        (W, 90, "late", "injection_late"),
        (M, 0, "early", "injection_too_early"),
        (M, 20, "early", "injection_early"),
        (M, 21, "on_time", None),
        (M, 35, "on_time", None),
        (M, 36, "late", "injection_late"),
        (N, 20, "early", "injection_too_early"),
        (N, 21, "early", "injection_early"),
        (N, 24, "early", "injection_early"),
        (N, 25, "on_time", None),
        (N, 35, "on_time", None),
        (N, 36, "late", "injection_late"),
        (N, 42, "late", "injection_late"),
        (N, 43, "restart", "reverify_opioid_free"),
    ],
)
def test_an_injection_has_its_window(medicine: Medicine, day: int, timing: str, code: str | None) -> None:
    today = FIRST_DAY + timedelta(days=day)
    judged = assess(RULES[medicine], given(medicine), None, intended(medicine, today))
    assert judged.timing == timing
    assert [finding.code for finding in judged.findings] == ([] if code is None else [code])
    assert judged.dose_number == (1 if timing == "restart" else 4)


@pytest.mark.parametrize(
    ("medicine", "last", "opens", "due", "late_after"),
    [
        (S, "2026-01-05", "2026-01-31", "2026-02-02", "2026-02-16"),
        (N, "2026-03-02", "2026-03-27", "2026-03-30", "2026-04-06"),
        (W, "2026-03-06", "2026-03-11", "2026-03-13", "2026-03-15"),
        (M, "2026-10-12", "2026-11-02", "2026-11-09", "2026-11-16"),
    ],
    ids=["sublocade", "naltrexone over the spring change", "weekly over the spring change", "monthly over the autumn"],
)
def test_the_next_window_counts_local_days(
    medicine: Medicine, last: str, opens: str, due: str, late_after: str
) -> None:
    window = regular_window(RULES[medicine].window, date.fromisoformat(last), NEW_YORK)
    assert local_at(window.opens_at, NEW_YORK).isoformat() == f"{opens}T00:00:00"
    assert (window.due_on, window.late_after) == (date.fromisoformat(due), date.fromisoformat(late_after))


def test_naltrexone_is_proven_again_after_day_42() -> None:
    """Vivitrol, last on 2026-03-02: re-check after 2026-04-13."""
    last = given(N, date(2026, 3, 2))
    on_time = assess(RULES[N], last, None, intended(N, date(2026, 4, 13)))
    after = assess(RULES[N], last, None, intended(N, date(2026, 4, 14)))
    assert [judged.timing for judged in (on_time, after)] == ["late", "restart"]


@pytest.mark.parametrize(
    ("hours_ago", "urine", "challenge", "passes"),
    [
        (1, True, True, True),
        (24, True, True, True),
        (24.1, True, True, False),
        (1, False, True, False),
        (1, True, False, False),
    ],
)
def test_a_restart_of_naltrexone_needs_test_and_challenge(
    hours_ago: float, *, urine: bool, challenge: bool, passes: bool
) -> None:
    today = FIRST_DAY + timedelta(days=50)
    tested_at = noon(today) - timedelta(hours=hours_ago)
    asked = replace(intended(N, today), proof=OpioidFreeProof(tested_at, urine, challenge))
    codes = [finding.code for finding in assess(RULES[N], given(N), None, asked).findings]
    assert codes == ([] if passes else ["reverify_opioid_free"])


def test_a_test_is_not_taken_in_the_future() -> None:
    asked = replace(intended(N, FIRST_DAY), proof=OpioidFreeProof(noon(FIRST_DAY) + timedelta(seconds=1), True, True))
    with pytest.raises(Invalid, match="test_in_the_future"):
        assess(RULES[N], None, None, asked)


@pytest.mark.parametrize(
    ("day", "amount_mg", "starts", "code"),
    [
        (6, 300, True, "injection_too_early"),
        (7, 300, True, None),
        (20, 100, True, None),
        (20, 200, True, "start_dose_not_allowed"),
        (20, 300, False, "injection_too_early"),
    ],
)
def test_the_second_dose_of_a_documented_start_comes_from_a_week_on(
    day: int, amount_mg: int, code: str | None, *, starts: bool
) -> None:
    """Sublocade label: 300 mg from one week to one month after the first."""
    asked = intended(S, FIRST_DAY + timedelta(days=day), amount_mg)
    judged = assess(RULES[S], given(S, number=1, starts=starts), None, asked)
    assert [finding.code for finding in judged.findings] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("hours", "amount_mg", "code", "is_extra"),
    [
        (23.9, 8, "injection_too_early", True),
        (24, 8, None, True),
        (72, 8, None, True),
        (96, 8, "injection_early", False),
        (48, 24, "injection_early", False),
        (168, 24, None, False),
    ],
)
def test_the_second_dose_of_a_weekly_start(hours: float, amount_mg: int, code: str | None, *, is_extra: bool) -> None:
    """Brixadi label: 16 mg, then 8 mg within 3 days, at least 24 hours later."""
    first = given(W, number=1, starts=True)
    now = first.given_at + timedelta(hours=hours)
    asked = replace(intended(W, now.date(), amount_mg), now=now)
    judged = assess(RULES[W], first, None, asked)
    assert ([finding.code for finding in judged.findings], judged.is_extra) == ([code] if code else [], is_extra)


def test_a_first_injection_has_no_window() -> None:
    judged = assess(RULES[M], None, None, intended(M, FIRST_DAY))
    assert (judged.timing, judged.dose_number, judged.findings) == (InjectionTiming.FIRST, 1, ())


@pytest.mark.parametrize(("day", "goes_on"), [(42, True), (56, True), (57, False)])
def test_a_course_goes_on_under_another_order_while_it_is_not_over(day: int, *, goes_on: bool) -> None:
    last, today = given(S), FIRST_DAY + timedelta(days=day)
    assert course_before(RULES[S].window, new_id(), last, today) == (last if goes_on else None)
    assert course_before(RULES[S].window, last.order_id, last, today) == last


def test_a_severity_that_no_rule_gives_is_a_bug() -> None:
    bare = replace(RULES[S], findings={})
    with pytest.raises(Bug, match="rule_missing"):
        assess(bare, given(S), None, intended(S, FIRST_DAY))


@pytest.mark.parametrize(
    ("now", "not_before", "not_after", "target"),
    [
        ("2026-01-23T05:00", "2026-01-31T05:00", "2026-02-17T05:00", "2026-02-02"),
        ("2026-02-10T17:00", "2026-02-10T17:00", "2026-02-17T05:00", "2026-02-10"),
        ("2026-02-16T17:00", "2026-02-16T17:00", "2026-02-17T05:00", "2026-02-16"),
        ("2026-02-17T17:00", "2026-02-17T17:00", "2026-02-21T05:00", "2026-02-17"),
    ],
    ids=["in time", "after downtime", "on the last day", "when the window has passed"],
)
def test_a_visit_lies_in_the_window_or_soon(now: str, not_before: str, not_after: str, target: str) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    visit = visit_in(regular_window(RULES[S].window, FIRST_DAY, NEW_YORK), VISITS[S], at(now), NEW_YORK)
    assert (visit.not_before, visit.not_after) == (at(not_before), at(not_after))
    assert visit.target_day == date.fromisoformat(target)


def test_windows_without_a_regular_one_before() -> None:
    first = given(W, number=1, starts=True)
    start = RULES[W].start
    assert start is not None
    extra = start_window(start, first.given_on, first.given_at, NEW_YORK)
    assert extra == Window(
        opens_at=first.given_at + timedelta(hours=24),
        due_on=date(2026, 1, 6),
        late_after=date(2026, 1, 8),
        extra=True,
    )
    now = noon(FIRST_DAY)
    assert window_at_once(VISITS[W], now, NEW_YORK) == Window(now, FIRST_DAY, date(2026, 1, 8))
    told = window_told(given(S), NEW_YORK)
    assert told == regular_window(RULES[S].window, FIRST_DAY, NEW_YORK)


@pytest.mark.parametrize(
    ("medicine", "called_on", "overdue_on"),
    [(S, "2026-01-23", "2026-02-17"), (W, "2026-01-07", "2026-01-15")],
)
def test_visits_are_asked_for_ahead_and_missed_ones_told_the_day_after(
    medicine: Medicine, called_on: str, overdue_on: str
) -> None:
    window = regular_window(RULES[medicine].window, FIRST_DAY, NEW_YORK)
    midnights = (window.called_at(VISITS[medicine], NEW_YORK), window.overdue_at(NEW_YORK))
    assert [instant.isoformat() for instant in midnights] == [
        f"{called_on}T05:00:00+00:00",
        f"{overdue_on}T05:00:00+00:00",
    ]
