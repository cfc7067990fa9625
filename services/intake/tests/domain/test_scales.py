"""Scores of PHQ-9, GAD-7 and AUDIT-C: every border of every band, and what is refused."""

import pytest
from hypothesis import given, strategies as st

from services.intake.tests.instruments import AUDIT_C, GAD_7, PHQ_9, points
from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.domain.scales import Band, ScaleRule, deterioration
from stepwell_intake.domain.screens import Form, Item, Score, Sex
from stepwell_kernel.codes import FollowUp, Instrument
from stepwell_kernel.errors import Bug, Invalid

FULL, PRESCRIBER, CLINICIAN = FollowUp.FULL_ASSESSMENT, FollowUp.PRESCRIBER_REVIEW, FollowUp.CLINICIAN_REVIEW
SAME_VISIT, WORSE, REVIEW = FollowUp.C_SSRS_SAME_VISIT, FollowUp.DETERIORATION, FollowUp.LEVEL_OF_CARE_REVIEW


@pytest.mark.parametrize(
    ("total", "band", "follow_ups"),
    [
        (0, "minimal", ()),
        (4, "minimal", ()),
        (5, "mild", ()),
        (9, "mild", ()),
        (10, "moderate", ()),
        (14, "moderate", ()),
        (15, "moderately_severe", (PRESCRIBER,)),
        (19, "moderately_severe", (PRESCRIBER,)),
        (20, "severe", (PRESCRIBER, CLINICIAN)),
        (24, "severe", (PRESCRIBER, CLINICIAN)),
        (27, "severe", (SAME_VISIT, PRESCRIBER, CLINICIAN)),
    ],
)
def test_phq_9_bands(total: int, band: str, follow_ups: tuple[FollowUp, ...]) -> None:
    """Kroenke, Spitzer, Williams 2001: 5, 10, 15, 20; up to 24 points fit without item 9."""
    assert PHQ_9.score(Form(points(total, 9, 3))) == Score(band, total, follow_ups=follow_ups)


@pytest.mark.parametrize(
    ("answers", "band", "follow_ups"),
    [
        ((0, 1, 1, 1, 0, 1, 0, 0, 1), "mild", (SAME_VISIT,)),
        ((0, 1, 1, 1, 0, 1, 0, 1, 0), "mild", ()),
        ((0, 0, 0, 0, 0, 0, 0, 0, 1), "minimal", (SAME_VISIT,)),
        ((0, 0, 0, 0, 0, 0, 0, 0, 3), "minimal", (SAME_VISIT,)),
    ],
)
def test_item_9_asks_for_the_c_ssrs_whatever_the_total(
    answers: tuple[int, ...], band: str, follow_ups: tuple[FollowUp, ...]
) -> None:
    """PHQ-9: 0,1,1,1,0,1,0,0,1 is mild, and suicidal thoughts are looked into at the same visit."""
    form = Form({f"item_{number}": given_points for number, given_points in enumerate(answers, 1)})
    assert PHQ_9.score(form) == Score(band, sum(answers), follow_ups=follow_ups)


def test_the_function_item_of_phq_9_is_not_scored() -> None:
    assert PHQ_9.score(Form(points(4, 9, 3) | {"function": 3})) == Score("minimal", 4)


@pytest.mark.parametrize(
    ("total", "band", "follow_ups"),
    [
        (0, "minimal", ()),
        (4, "minimal", ()),
        (5, "mild", ()),
        (9, "mild", ()),
        (10, "moderate", (FULL,)),
        (14, "moderate", (FULL,)),
        (15, "severe", (FULL, PRESCRIBER)),
        (21, "severe", (FULL, PRESCRIBER)),
    ],
)
def test_gad_7_bands(total: int, band: str, follow_ups: tuple[FollowUp, ...]) -> None:
    """Spitzer et al. 2006: 5, 10, 15."""
    assert GAD_7.score(Form(points(total, 7, 3))) == Score(band, total, follow_ups=follow_ups)


@pytest.mark.parametrize(
    ("sex", "answers", "band", "notes"),
    [
        (Sex.MALE, (1, 1, 1), "negative", ()),
        (Sex.MALE, (3, 0, 0), "negative", ()),
        (Sex.MALE, (4, 0, 0), "positive", ("review_recent_intake",)),
        (Sex.MALE, (2, 1, 1), "positive", ()),
        (Sex.FEMALE, (2, 0, 0), "negative", ()),
        (Sex.FEMALE, (1, 1, 1), "positive", ()),
        (Sex.FEMALE, (3, 0, 0), "positive", ("review_recent_intake",)),
        (Sex.OTHER, (1, 1, 0), "negative", ()),
        (Sex.OTHER, (1, 1, 1), "positive", ()),
        (Sex.UNKNOWN, (1, 1, 1), "positive", ()),
        (Sex.FEMALE, (0, 0, 0), "negative", ()),
        (Sex.MALE, (4, 4, 4), "positive", ()),
    ],
)
def test_audit_c_by_sex(sex: Sex, answers: tuple[int, int, int], band: str, notes: tuple[str, ...]) -> None:
    """Bush et al. 1998, US Core: men from 4, women from 3; all points from item 1 are probably within limits."""
    form = Form({f"item_{number}": given_points for number, given_points in enumerate(answers, 1)}, sex)
    expected = Score(band, sum(answers), follow_ups=(FULL,) if band == "positive" else (), notes=notes)
    assert AUDIT_C.score(form) == expected


@pytest.mark.parametrize(
    ("rule", "form", "code", "paths"),
    [
        (PHQ_9, Form({}), "screen_incomplete", [f"answers.item_{number}" for number in range(1, 10)]),
        (PHQ_9, Form(points(3, 8, 3)), "screen_incomplete", ["answers.item_9"]),
        (PHQ_9, Form(points(3, 9, 3) | {"item_2": 4}), "answers_invalid", ["answers.item_2"]),
        (PHQ_9, Form(points(3, 9, 3) | {"item_2": -1}), "answers_invalid", ["answers.item_2"]),
        (PHQ_9, Form(points(3, 9, 3) | {"function": 4}), "answers_invalid", ["answers.function"]),
        (PHQ_9, Form(points(3, 9, 3), Sex.MALE), "answers_invalid", ["sex"]),
        (GAD_7, Form(points(3, 8, 3)), "answers_invalid", ["answers.item_8"]),
        (GAD_7, Form({"item_1": 9}), "answers_invalid", [f"answers.item_{number}" for number in range(1, 8)]),
        (AUDIT_C, Form(points(3, 3, 4)), "screen_incomplete", ["sex"]),
        (AUDIT_C, Form({"item_1": 5, "item_2": 4, "item_3": 4}, Sex.MALE), "answers_invalid", ["answers.item_1"]),
    ],
)
def test_no_total_of_a_part_and_none_of_what_cannot_be(
    rule: ScaleRule, form: Form, code: str, paths: list[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        rule.score(form)
    assert (refusal.value.code, [field.path for field in refusal.value.fields]) == (code, paths)
    assert {field.rule for field in refusal.value.fields} == {str(rule.rule)}


@pytest.mark.parametrize(
    ("total", "earlier", "worse_by", "follow_ups"),
    [
        (27, [], 5, ()),
        (9, [5], 5, ()),
        (10, [5], 5, (WORSE,)),
        (5, [10], 5, ()),
        (15, [10, 6], 5, (WORSE,)),
        (15, [10, 5], 5, (WORSE, REVIEW)),
        (14, [10, 5], 5, ()),
        (8, [5, 5], 4, ()),
        (9, [5, 5], 4, (WORSE,)),
        (12, [0, 0], None, ()),
    ],
)
def test_worse_than_the_last_time_and_twice_in_a_row(
    total: int, earlier: list[int], worse_by: int | None, follow_ups: tuple[FollowUp, ...]
) -> None:
    """PHQ-9 by 5 and GAD-7 by 4 against the last score; two in a row review the level of care; default of the house."""
    assert deterioration(total, earlier, worse_by) == follow_ups


def test_a_deterioration_comes_with_what_the_band_asks_for() -> None:
    score = PHQ_9.score(Form(points(20, 9, 3), earlier=(15, 10)))
    assert score.follow_ups == (PRESCRIBER, CLINICIAN, WORSE, REVIEW)


def test_bands_that_leave_a_total_out_are_a_fault_of_the_rule() -> None:
    gap = ScaleRule(RuleVersion("screen.gap", 1), Instrument.GAD_7, (Item("item_1", 3),), (Band("some", 1),))
    with pytest.raises(Bug, match="screen_bands_incomplete"):
        gap.score(Form({"item_1": 0}))


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_a_total_is_the_sum_of_its_items(answers: list[int]) -> None:
    score = PHQ_9.score(Form({f"item_{number}": given_points for number, given_points in enumerate(answers, 1)}))
    assert score.total == sum(answers)
    assert (SAME_VISIT in score.follow_ups) == (answers[8] > 0)
