"""The step-down criteria, each with a row that passes, one that fails and one on the border: defaults of the house."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.domain.step_down import (
    AttendedWeek,
    CriterionRule,
    StepDownFacts,
    check_override,
    check_stated,
    judge,
)
from stepwell_kernel.codes import Instrument, SuicideRisk
from stepwell_kernel.decision_codes import CriterionState, StepDownCriterion
from stepwell_kernel.errors import Invalid

TODAY = date(2026, 6, 1)
C, S = StepDownCriterion, CriterionState

ATTENDANCE = CriterionRule(RuleVersion("step_down.attendance", 1), C.ATTENDANCE, weeks=4, least_percent=75)
RISK = CriterionRule(
    RuleVersion("step_down.suicide_risk", 1),
    C.SUICIDE_RISK,
    days=14,
    risks=frozenset({SuicideRisk.MODERATE, SuicideRisk.HIGH}),
)
DEPRESSION = CriterionRule(RuleVersion("step_down.depression", 1), C.DEPRESSION, instrument=Instrument.PHQ_9, below=15)
GOALS = CriterionRule(RuleVersion("step_down.plan_goals", 1), C.PLAN_GOALS, least_percent=75)
HOUSING = CriterionRule(RuleVersion("step_down.safe_housing", 1), C.SAFE_HOUSING)
FACTS = StepDownFacts(TODAY)


def weeks(*attended: int, required: int = 540, newest_days_ago: int = 7) -> tuple[AttendedWeek, ...]:
    """Weeks of so many attended minutes, the newest first."""
    return tuple(
        AttendedWeek(TODAY - timedelta(days=newest_days_ago + 7 * number), required, minutes)
        for number, minutes in enumerate(attended)
    )


@pytest.mark.parametrize(
    ("attended", "state", "value"),
    [
        (weeks(540, 540, 540, 540), S.MET, 100),
        (weeks(405, 405, 405, 405), S.MET, 75),
        (weeks(405, 405, 405, 404), S.NOT_MET, 74),
        (weeks(900, 540, 540, 0), S.MET, 75),
        (weeks(900, 900, 540, 0, 540), S.MET, 75),
        (weeks(900, 900, 539, 0), S.NOT_MET, 74),
        (weeks(540, 540, 540), S.UNKNOWN, None),
        (weeks(540, 540, 540, 540, newest_days_ago=14), S.MET, 100),
        (weeks(540, 540, 540, 540, newest_days_ago=15), S.UNKNOWN, None),
        (weeks(0, 0, 0, 0, required=0), S.UNKNOWN, None),
        ((), S.UNKNOWN, None),
    ],
)
def test_attendance_of_the_last_weeks(
    attended: tuple[AttendedWeek, ...], state: CriterionState, value: int | None
) -> None:
    """A week counts no more than its required minutes: hours are made up inside the week only."""
    (finding,) = judge(replace(FACTS, weeks=attended), [ATTENDANCE])
    assert (finding.state, finding.value) == (state, value)


@pytest.mark.parametrize(
    ("risks", "state", "value"),
    [
        (((1, SuicideRisk.NONE),), S.MET, "none"),
        (((1, SuicideRisk.NONE), (7, SuicideRisk.LOW)), S.MET, "low"),
        (((1, SuicideRisk.NONE), (14, SuicideRisk.MODERATE)), S.NOT_MET, "moderate"),
        (((1, SuicideRisk.NONE), (15, SuicideRisk.HIGH)), S.MET, "none"),
        (((15, SuicideRisk.NONE),), S.UNKNOWN, None),
        ((), S.UNKNOWN, None),
    ],
)
def test_suicide_risk_of_the_last_days(
    risks: tuple[tuple[int, SuicideRisk], ...], state: CriterionState, value: str | None
) -> None:
    facts = replace(FACTS, risks=[(TODAY - timedelta(days=days), risk) for days, risk in risks])
    (finding,) = judge(facts, [RISK])
    assert (finding.state, finding.value) == (state, value)


@pytest.mark.parametrize(("total", "state"), [(3, S.MET), (14, S.MET), (15, S.NOT_MET), (27, S.NOT_MET)])
def test_a_total_below_the_limit(total: int, state: CriterionState) -> None:
    (finding,) = judge(replace(FACTS, totals={Instrument.PHQ_9: total}), [DEPRESSION])
    assert (finding.state, finding.value) == (state, total)
    (unknown,) = judge(replace(FACTS, totals={Instrument.GAD_7: total}), [DEPRESSION])
    assert (unknown.state, unknown.value) == (S.UNKNOWN, None)


@pytest.mark.parametrize(
    ("met", "goals", "state", "value"),
    [(4, 4, S.MET, 100), (3, 4, S.MET, 75), (2, 3, S.NOT_MET, 66), (0, 0, S.UNKNOWN, None)],
)
def test_goals_of_the_plan(met: int, goals: int, state: CriterionState, value: int | None) -> None:
    (finding,) = judge(replace(FACTS, goals=goals, goals_met=met), [GOALS])
    assert (finding.state, finding.value) == (state, value)


def test_what_is_not_on_record_is_unknown_until_it_is_stated() -> None:
    (unknown,) = judge(FACTS, [HOUSING])
    (stated,) = judge(replace(FACTS, stated=frozenset({C.SAFE_HOUSING})), [HOUSING])
    assert (unknown.state, stated.state) == (S.UNKNOWN, S.MET)


def test_what_is_computed_is_not_stated() -> None:
    check_stated(frozenset({C.SAFE_HOUSING, C.AFTERCARE_BOOKED, C.SUBSTANCE_USE, C.MEDICATION_ADHERENCE}))
    with pytest.raises(Invalid) as refusal:
        check_stated(frozenset({C.SAFE_HOUSING, C.ATTENDANCE}))
    assert (refusal.value.code, refusal.value.fields[0].problem) == ("criterion_computed", "attendance is computed")


def test_a_step_down_against_a_criterion_needs_a_reason() -> None:
    findings = judge(replace(FACTS, goals=4, goals_met=3), [GOALS, HOUSING])
    check_override(findings[:1], None)
    check_override(findings, "clinical_judgement")
    with pytest.raises(Invalid) as refusal:
        check_override(findings, None)
    assert refusal.value.code == "reason_missing"
    assert [(field.path, field.problem) for field in refusal.value.fields] == [("criteria.safe_housing", "is unknown")]
