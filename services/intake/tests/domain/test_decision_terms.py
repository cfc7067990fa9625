"""Reasons, the end of a hold, one decision at a time, what a discharge states, and how a task ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from stepwell_intake.domain.care_tasks import OWN_COMMANDS, OutcomeRule, check_completable, check_outcome
from stepwell_intake.domain.decisions import (
    Decision,
    DecisionKind,
    HoldRule,
    ReasonRule,
    check_expected_back,
    check_none_under_way,
    check_reason_code,
)
from stepwell_intake.domain.discharge import DischargeRule, check_days, check_fields, check_referrals
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import DischargeReason, TaskKind
from stepwell_kernel.decision_codes import ReferralGiven
from stepwell_kernel.errors import Conflict, Invalid, StepwellError
from stepwell_kernel.ids import new_id

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
TODAY = NOW.date()
REASONS = ReasonRule(
    RuleVersion("decision_reason.discharge", 1),
    frozenset({"program_rules"}),
    clinical=frozenset({"not_safe_outside_hospital"}),
    refused=frozenset({"lapse"}),
)
HOLD = HoldRule(RuleVersion("hold", 1), 180)
DISCHARGE = DischargeRule(
    RuleVersion("discharge.dropped_out", 1),
    DischargeReason.DROPPED_OUT,
    ("level_at_discharge", "referrals", "medication_continued"),
)
UNDER_WAY = Decision(new_id(), new_id(), DecisionKind.HOLD, new_id(), NOW)


@pytest.mark.parametrize(
    ("reason_code", "error", "code"),
    [
        ("program_rules", None, None),
        ("not_safe_outside_hospital", None, None),
        ("lapse", Conflict, "reason_refused"),
        ("weather", Invalid, "reason_unknown"),
    ],
)
def test_a_lapse_alone_is_no_reason(reason_code: str, error: type[StepwellError] | None, code: str | None) -> None:
    """ASAM Criteria, 3rd edition: a lapse asks for more care, not for its end."""
    if error is None:
        check_reason_code(reason_code, REASONS)
        return
    with pytest.raises(error) as refusal:
        check_reason_code(reason_code, REASONS)
    assert (refusal.value.code, refusal.value.fields[0].path) == (code, "reason_code")


@pytest.mark.parametrize(
    ("days", "passes"), [(None, True), (1, True), (180, True), (0, False), (-1, False), (181, False)]
)
def test_a_hold_ends_in_days_to_come(*, days: int | None, passes: bool) -> None:
    expected_on = None if days is None else TODAY + timedelta(days=days)
    if passes:
        check_expected_back(expected_on, TODAY, HOLD)
        return
    with pytest.raises(Invalid, match="expected_back_impossible"):
        check_expected_back(expected_on, TODAY, HOLD)


@pytest.mark.parametrize(
    ("under_way", "rejected_after", "reason", "passes"),
    [
        (None, None, None, True),
        (UNDER_WAY, None, None, False),
        (UNDER_WAY, timedelta(seconds=-1), None, False),
        (UNDER_WAY, timedelta(0), None, True),
        (UNDER_WAY, timedelta(hours=1), None, True),
        (UNDER_WAY, None, DischargeReason.COMPLETED, False),
        (UNDER_WAY, None, DischargeReason.DEATH, True),
    ],
)
def test_one_decision_at_a_time(
    *, under_way: Decision | None, rejected_after: timedelta | None, reason: DischargeReason | None, passes: bool
) -> None:
    rejected_at = None if rejected_after is None else NOW + rejected_after
    if passes:
        check_none_under_way(under_way, rejected_at, reason=reason)
        return
    with pytest.raises(Conflict, match="decision_under_way"):
        check_none_under_way(under_way, rejected_at, reason=reason)


def test_a_discharge_names_every_field_that_is_missing() -> None:
    """TEDS-D."""
    stated = {"level_at_discharge": "2.1", "referrals": ("none",), "medication_continued": False}
    check_fields(stated, DISCHARGE)
    check_fields({}, replace(DISCHARGE, reason=DischargeReason.DEATH, fields=()))
    with pytest.raises(Invalid) as refusal:
        check_fields({"level_at_discharge": None, "referrals": ()}, DISCHARGE)
    assert refusal.value.code == "discharge_incomplete"
    assert [field.path for field in refusal.value.fields] == [
        "level_at_discharge",
        "referrals",
        "medication_continued",
    ]


@pytest.mark.parametrize(
    ("last_contact_on", "review_on", "wrong"),
    [
        (date(2026, 3, 2), None, []),
        (date(2026, 2, 1), date(2026, 3, 2), []),
        (date(2026, 3, 3), date(2026, 3, 3), ["last_contact_on", "clinical_review_on"]),
        (date(2026, 1, 31), date(2026, 2, 1), ["last_contact_on"]),
    ],
)
def test_days_of_a_discharge_lie_between_referral_and_today(
    last_contact_on: date, review_on: date | None, wrong: list[str]
) -> None:
    if not wrong:
        check_days(last_contact_on, review_on, date(2026, 2, 1), TODAY)
        return
    with pytest.raises(Invalid, match="discharge_day_impossible") as refusal:
        check_days(last_contact_on, review_on, date(2026, 2, 1), TODAY)
    assert [field.path for field in refusal.value.fields] == wrong


def test_none_stands_alone_among_referrals() -> None:
    check_referrals((ReferralGiven.NONE,))
    check_referrals((ReferralGiven.MUTUAL_HELP, ReferralGiven.OUTPATIENT))
    with pytest.raises(Invalid, match="referrals_contradict"):
        check_referrals((ReferralGiven.NONE, ReferralGiven.MUTUAL_HELP))


@pytest.mark.parametrize("kind", sorted(OWN_COMMANDS))
def test_a_task_with_a_command_of_its_own_is_not_ended_by_hand(kind: TaskKind) -> None:
    with pytest.raises(Conflict, match="task_has_its_command"):
        check_completable(kind, is_open=True)


def test_a_task_is_ended_once_and_in_a_code_of_its_kind() -> None:
    rule = OutcomeRule(
        RuleVersion("task_outcome.safety_decision", 1), TaskKind.SAFETY_DECISION, frozenset({"no_danger_seen"})
    )
    check_completable(TaskKind.SAFETY_DECISION, is_open=True)
    check_outcome("no_danger_seen", rule)
    with pytest.raises(Conflict, match="task_closed"):
        check_completable(TaskKind.SAFETY_DECISION, is_open=False)
    with pytest.raises(Invalid) as refusal:
        check_outcome("done", rule)
    assert (refusal.value.code, refusal.value.fields[0].problem) == ("outcome_unknown", "is none of no_danger_seen")
