"""Random draws and judged specimens, by their rules."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from stepwell_kernel.codes import Phase
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import DrugTestResult
from stepwell_medication.domain.draws import LOTS, Candidate, Chance, DrawRule, chances, draw
from stepwell_medication.domain.drug_test_results import expectation, judge

MONDAY_TO_SATURDAY = frozenset(range(6))
STABILIZE = DrawRule("draw.stabilize", "1", Phase.TREATMENT, 1, 2, Decimal(2), 2, 7, MONDAY_TO_SATURDAY)
SKILLS = DrawRule("draw.skills", "1", Phase.TREATMENT, 3, 8, Decimal(1), 3, 11, MONDAY_TO_SATURDAY)
CONSOLIDATE = DrawRule("draw.consolidate", "1", Phase.TREATMENT, 9, None, Decimal("0.75"), 3, 21, MONDAY_TO_SATURDAY)
STEP_DOWN = DrawRule("draw.step_down", "1", Phase.STEP_DOWN, 1, None, Decimal("0.35"), 7, 43, MONDAY_TO_SATURDAY)
RULES = (STABILIZE, SKILLS, CONSOLIDATE, STEP_DOWN)

#: A Monday.
BEGAN = date(2026, 3, 2)


def days_tested(rule: DrawRule, days: int, seed: str) -> list[date]:
    """The days on which one patient would be tested if the rule held for so many days."""
    episode, patient, found = UUID(int=7), UUID(int=8), list[date]()
    lasting = DrawRule(
        rule.rule_id,
        rule.version,
        rule.phase,
        1,
        None,
        rule.tests_per_week,
        rule.least_gap_days,
        rule.most_gap_days,
        rule.weekdays,
    )
    for number in range(days):
        day = BEGAN + timedelta(days=number)
        candidate = Candidate(episode, patient, rule.phase, BEGAN, found[-1] if found else None)
        if draw(f"{seed}/{day}", chances([lasting], [candidate], day)):
            found.append(day)
    return found


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        (BEGAN, STABILIZE),
        (BEGAN + timedelta(days=13), STABILIZE),
        (BEGAN + timedelta(days=14), SKILLS),
        (BEGAN + timedelta(days=55), SKILLS),
        (BEGAN + timedelta(days=56), CONSOLIDATE),
    ],
    ids=["first day", "last of week 2", "first of week 3", "last of week 8", "first of week 9"],
)
def test_the_week_of_treatment_chooses_the_rule(day: date, rule: DrawRule) -> None:
    candidate = Candidate(new_id(), new_id(), Phase.TREATMENT, BEGAN, None)
    assert [one for one in RULES if one.fits(candidate.phase, candidate.week(day))] == [rule]


@pytest.mark.parametrize(
    ("gap", "lots"),
    [(1, 0), (2, LOTS // 2), (6, LOTS // 2), (7, LOTS), (8, LOTS)],
    ids=["within the least gap", "at the least gap", "before the most gap", "at the most gap", "after the most gap"],
)
def test_nobody_is_drawn_too_soon_and_everybody_in_time(gap: int, lots: int) -> None:
    day = BEGAN + timedelta(days=7)
    if day.weekday() not in STABILIZE.weekdays:
        day += timedelta(days=1)
    candidate = Candidate(new_id(), new_id(), Phase.TREATMENT, BEGAN, day - timedelta(days=gap))
    assert chances([STABILIZE], [candidate], day) == (Chance(candidate.episode_id, lots),)


def test_nobody_is_drawn_on_a_day_without_draws() -> None:
    sunday = BEGAN + timedelta(days=6)
    candidate = Candidate(new_id(), new_id(), Phase.TREATMENT, BEGAN, BEGAN - timedelta(days=20))
    assert chances([STABILIZE], [candidate], sunday) == (Chance(candidate.episode_id, 0),)
    assert draw("seed", chances([STABILIZE], [candidate], sunday)) == ()


def test_an_episode_that_no_rule_names_is_not_in_the_pool() -> None:
    candidate = Candidate(new_id(), new_id(), Phase.ON_HOLD, BEGAN, None)
    assert chances(RULES, [candidate], BEGAN) == ()


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(RULES), st.text("abcdef0123456789", min_size=8, max_size=8))
def test_half_a_year_keeps_the_spacing(rule: DrawRule, seed: str) -> None:
    days = days_tested(rule, 26 * 7, seed)
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    assert all(gap >= rule.least_gap_days for gap in gaps)
    assert all(gap <= rule.most_gap_days + 1 for gap in gaps)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_many_half_years_keep_the_frequency(rule: DrawRule) -> None:
    drawn = sum(len(days_tested(rule, 26 * 7, f"seed {number}")) for number in range(40))
    assert 0.9 <= drawn / (40 * 26 * float(rule.tests_per_week)) <= 1.2


def test_an_opioid_treatment_program_gets_its_eight_tests_a_year() -> None:
    """42 CFR 8.12: at least eight random tests a patient-year, even by the rarest rule and the unluckiest seed."""
    assert min(len(days_tested(STEP_DOWN, 365, f"seed {number}")) for number in range(50)) >= 8


def test_no_weekday_can_be_told_ahead() -> None:
    weekdays = Counter(day.weekday() for number in range(20) for day in days_tested(SKILLS, 182, f"seed {number}"))
    assert set(weekdays) == set(range(6))
    assert max(weekdays.values()) / weekdays.total() <= 0.35


@given(st.lists(st.tuples(st.uuids(), st.integers(0, LOTS)), unique_by=lambda one: one[0]), st.text(max_size=20))
def test_a_draw_can_be_drawn_again(pool: list[tuple[UUID, int]], seed: str) -> None:
    known = [Chance(episode, lots) for episode, lots in pool]
    drawn = draw(seed, known)
    assert draw(seed, known) == drawn
    assert set(drawn) == set(draw(seed, list(reversed(known))))
    assert all(chance.lots > 0 for chance in known if chance.episode_id in drawn)
    assert all(chance.episode_id in drawn for chance in known if chance.lots == LOTS)


COLLECTED = datetime(2026, 3, 10, 14, tzinfo=UTC)
FENTANYL = timedelta(days=26)


@pytest.mark.parametrize(
    ("panel", "prescribed", "last_use", "result"),
    [
        ({"cocaine": False}, (), None, DrugTestResult.EXPECTED_NEGATIVE),
        ({"buprenorphine": True}, ("buprenorphine",), None, DrugTestResult.EXPECTED_POSITIVE),
        ({"buprenorphine": False}, ("buprenorphine",), None, DrugTestResult.UNEXPECTED_NEGATIVE),
        ({"cocaine": False}, ("buprenorphine",), None, DrugTestResult.EXPECTED_NEGATIVE),
        ({"fentanyl": True}, (), None, DrugTestResult.UNEXPECTED_POSITIVE),
        ({"fentanyl": True}, (), timedelta(days=26), DrugTestResult.EXPECTED_RESIDUAL),
        ({"fentanyl": True}, (), timedelta(days=26, seconds=1), DrugTestResult.UNEXPECTED_POSITIVE),
        ({"fentanyl": True, "buprenorphine": False}, ("buprenorphine",), None, DrugTestResult.UNEXPECTED_POSITIVE),
        (
            {"fentanyl": True, "buprenorphine": False},
            ("buprenorphine",),
            timedelta(days=3),
            DrugTestResult.UNEXPECTED_NEGATIVE,
        ),
    ],
    ids=[
        "nothing taken, nothing found",
        "prescribed and found",
        "prescribed and absent",
        "prescribed and not looked for",
        "found and unexplained",
        "at the end of the window of the last use",
        "after the window of the last use",
        "a substance goes before an absent medicine",
        "an absent medicine goes before a residue",
    ],
)
def test_a_panel_against_what_is_expected(
    panel: dict[str, bool], prescribed: tuple[str, ...], last_use: timedelta | None, result: DrugTestResult
) -> None:
    may_show = {} if last_use is None else {"fentanyl": COLLECTED - last_use + FENTANYL}
    assert judge(panel, expectation(prescribed, may_show, COLLECTED)) is result
