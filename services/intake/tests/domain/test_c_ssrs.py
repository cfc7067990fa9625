"""The triage of the C-SSRS screener, and forms that contradict its skips."""

from itertools import product

import pytest

from services.intake.tests.instruments import C_SSRS, yes_to
from stepwell_intake.domain.screens import Form, Score, Sex
from stepwell_kernel.codes import FollowUp, SuicideRisk
from stepwell_kernel.errors import Invalid

NONE, LOW, MODERATE, HIGH = SuicideRisk
EVALUATE = (FollowUp.CLINICIAN_EVALUATION, FollowUp.SAFETY_FOLLOW_UP)
FOLLOW = (FollowUp.RISK_FOLLOW_UP,)


@pytest.mark.parametrize(
    ("positive", "risk", "follow_ups"),
    [
        ((), NONE, ()),
        (("item_1",), LOW, FOLLOW),
        (("item_2",), LOW, FOLLOW),
        (("item_1", "item_2"), LOW, FOLLOW),
        (("item_2", "item_3"), MODERATE, EVALUATE),
        (("item_6",), MODERATE, EVALUATE),
        (("item_1", "item_6"), MODERATE, EVALUATE),
        (("item_6", "item_6_past_3_months"), HIGH, ()),
        (("item_2", "item_4"), HIGH, ()),
        (("item_2", "item_5"), HIGH, ()),
        (("item_1", "item_2", "item_3", "item_4", "item_5", "item_6", "item_6_past_3_months"), HIGH, ()),
    ],
)
def test_the_most_serious_yes_decides(
    positive: tuple[str, ...], risk: SuicideRisk, follow_ups: tuple[FollowUp, ...]
) -> None:
    """C-SSRS triage: 1 or 2 low; 3, or 6 longer than 3 months ago, moderate; 4, 5, or 6 since then, high."""
    expected = Score(risk, None, risk, follow_ups, is_crisis=risk is HIGH)
    assert C_SSRS.score(Form(yes_to(*positive))) == expected


@pytest.mark.parametrize(
    ("answers", "code", "paths"),
    [
        ({}, "screen_incomplete", ["answers.item_1", "answers.item_2", "answers.item_6"]),
        ({"item_1": 0, "item_6": 0}, "screen_incomplete", ["answers.item_2"]),
        ({"item_1": 0, "item_2": 0}, "screen_incomplete", ["answers.item_6"]),
        (
            {"item_1": 0, "item_2": 1, "item_6": 0},
            "screen_incomplete",
            ["answers.item_3", "answers.item_4", "answers.item_5"],
        ),
        ({"item_1": 0, "item_2": 0, "item_6": 1}, "screen_incomplete", ["answers.item_6_past_3_months"]),
        (yes_to() | {"item_3": 0}, "answers_invalid", ["answers.item_3"]),
        (yes_to() | {"item_3": 1}, "answers_invalid", ["answers.item_3"]),
        (yes_to() | {"item_6_past_3_months": 0}, "answers_invalid", ["answers.item_6_past_3_months"]),
        (yes_to() | {"item_1": 2}, "answers_invalid", ["answers.item_1"]),
        (yes_to() | {"item_7": 0}, "answers_invalid", ["answers.item_7"]),
        ({"item_2": 0, "item_4": 1}, "answers_invalid", ["answers.item_4", "answers.item_1", "answers.item_6"]),
    ],
)
def test_what_was_skipped_cannot_be_answered_and_what_was_asked_must_be(
    answers: dict[str, int], code: str, paths: list[str]
) -> None:
    """C-SSRS screener: 3, 4 and 5 are asked after yes to 2, the recency after yes to 6."""
    with pytest.raises(Invalid) as refusal:
        C_SSRS.score(Form(answers))
    assert (refusal.value.code, [field.path for field in refusal.value.fields]) == (code, paths)


def test_the_cut_offs_do_not_go_by_sex() -> None:
    with pytest.raises(Invalid, match="answers_invalid"):
        C_SSRS.score(Form(yes_to(), Sex.FEMALE))


def test_another_yes_never_lowers_the_risk() -> None:
    order = {risk: place for place, risk in enumerate(SuicideRisk)}
    codes = [item.code for item in C_SSRS.items]
    forms = [dict(zip(codes, answers, strict=True)) for answers in product((0, 1), repeat=len(codes))]
    whole = [form for form in forms if form["item_2"] and form["item_6"]]
    for form in whole:
        risk = C_SSRS.score(Form(form)).suicide_risk
        for code in codes:
            more = C_SSRS.score(Form(form | {code: 1})).suicide_risk
            assert risk is not None
            assert more is not None
            assert order[more] >= order[risk]
