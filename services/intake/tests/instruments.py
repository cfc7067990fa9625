"""The instruments as the first rule rows have them; `test_screen_rules` holds them against the rows."""

from stepwell_intake.domain.c_ssrs import TriageRule, TriageStep
from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.domain.scales import Band, ItemTrigger, Note, ScaleRule
from stepwell_intake.domain.screens import Item, Sex
from stepwell_kernel.codes import FollowUp, Instrument, SuicideRisk

FULL, PRESCRIBER, CLINICIAN = FollowUp.FULL_ASSESSMENT, FollowUp.PRESCRIBER_REVIEW, FollowUp.CLINICIAN_REVIEW


def _items(count: int, most: int) -> tuple[Item, ...]:
    return tuple(Item(f"item_{number}", most) for number in range(1, count + 1))


PHQ_9 = ScaleRule(
    rule=RuleVersion("screen.phq_9", 1),
    instrument=Instrument.PHQ_9,
    items=(*_items(9, 3), Item("function", 3, is_scored=False)),
    bands=(
        Band("minimal", 0),
        Band("mild", 5),
        Band("moderate", 10),
        Band("moderately_severe", 15, follow_ups=(PRESCRIBER,)),
        Band("severe", 20, follow_ups=(PRESCRIBER, CLINICIAN)),
    ),
    item_triggers=(ItemTrigger("item_9", 1, (FollowUp.C_SSRS_SAME_VISIT,)),),
    worse_by=5,
)

GAD_7 = ScaleRule(
    rule=RuleVersion("screen.gad_7", 1),
    instrument=Instrument.GAD_7,
    items=_items(7, 3),
    bands=(
        Band("minimal", 0),
        Band("mild", 5),
        Band("moderate", 10, follow_ups=(FULL,)),
        Band("severe", 15, follow_ups=(FULL, PRESCRIBER)),
    ),
    worse_by=4,
)

AUDIT_C = ScaleRule(
    rule=RuleVersion("screen.audit_c", 1),
    instrument=Instrument.AUDIT_C,
    items=_items(3, 4),
    bands=(
        Band("negative", 0),
        Band("positive", 4, frozenset({Sex.MALE}), (FULL,)),
        Band("positive", 3, frozenset({Sex.FEMALE, Sex.OTHER, Sex.UNKNOWN}), (FULL,)),
    ),
    notes=(Note("review_recent_intake", "positive", "item_1"),),
)

C_SSRS = TriageRule(
    rule=RuleVersion("screen.c_ssrs", 1),
    instrument=Instrument.C_SSRS,
    items=(
        Item("item_1", 1),
        Item("item_2", 1),
        Item("item_3", 1, "item_2"),
        Item("item_4", 1, "item_2"),
        Item("item_5", 1, "item_2"),
        Item("item_6", 1),
        Item("item_6_past_3_months", 1, "item_6"),
    ),
    steps=(
        TriageStep(SuicideRisk.HIGH, frozenset({"item_4", "item_5", "item_6_past_3_months"}), is_crisis=True),
        TriageStep(
            SuicideRisk.MODERATE,
            frozenset({"item_3", "item_6"}),
            (FollowUp.CLINICIAN_EVALUATION, FollowUp.SAFETY_FOLLOW_UP),
        ),
        TriageStep(SuicideRisk.LOW, frozenset({"item_1", "item_2"}), (FollowUp.RISK_FOLLOW_UP,)),
    ),
)


def points(total: int, count: int, most: int) -> dict[str, int]:
    """Answers to `count` items that add up to the total, the first items first."""
    answers = {}
    for number in range(1, count + 1):
        answers[f"item_{number}"] = min(most, total)
        total -= answers[f"item_{number}"]
    return answers


def yes_to(*positive: str) -> dict[str, int]:
    """A whole C-SSRS with yes to these items and no to all others that are asked."""
    return {
        item.code: int(item.code in positive)
        for item in C_SSRS.items
        if item.asked_when is None or item.asked_when in positive
    }
