"""The treatment plan: goals, mix, signatures, reviews. The signature is asked for by COMAR 10.47.02.04."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from stepwell_intake.domain.plan import (
    Goal,
    Plan,
    PlanRule,
    PlanState,
    PrescribedSessions,
    check_plan,
    check_review,
    check_signature,
)
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import Modality
from stepwell_kernel.errors import Invalid, StepwellError
from stepwell_kernel.ids import new_id
from stepwell_kernel.legal_codes import PlanGoal

TODAY = date(2026, 3, 2)
RULE = PlanRule(RuleVersion("treatment_plan", 1), frozenset({"lpc", "md"}), most_days_ahead=366)
ABSTINENCE = Goal(PlanGoal.ABSTINENCE, date(2026, 6, 1))
PLAN = Plan(
    plan_id=new_id(),
    episode_id=new_id(),
    state=PlanState.DRAFT,
    goals=(ABSTINENCE, Goal(PlanGoal.HOUSING_STABLE, date(2026, 5, 1))),
    minutes_per_week={Modality.GROUP_THERAPY: 480, Modality.INDIVIDUAL_THERAPY: 60},
    drafted_on=TODAY,
)
GROUPS = PrescribedSessions(Modality.GROUP_THERAPY, 3, 160, 1)
INDIVIDUAL = PrescribedSessions(Modality.INDIVIDUAL_THERAPY, 1, 60, 1)
FAMILY = PrescribedSessions(Modality.FAMILY_THERAPY, 1, 50, 4)


@pytest.mark.parametrize(
    ("change", "prescribed", "fields"),
    [
        ({}, 540, []),
        ({}, 0, []),
        ({}, 541, ["minutes_per_week"]),
        ({"goals": (ABSTINENCE, ABSTINENCE)}, 540, ["goals.1.code"]),
        ({"goals": (replace(ABSTINENCE, target_on=TODAY),)}, 540, ["goals.0.target_on"]),
        ({"goals": (replace(ABSTINENCE, target_on=TODAY + timedelta(days=1)),)}, 540, []),
        ({"goals": (replace(ABSTINENCE, target_on=TODAY + timedelta(days=366)),)}, 540, []),
        ({"goals": (replace(ABSTINENCE, target_on=TODAY + timedelta(days=367)),)}, 540, ["goals.0.target_on"]),
        ({"mix": (GROUPS, INDIVIDUAL)}, 540, []),
        ({"mix": (GROUPS, INDIVIDUAL, INDIVIDUAL)}, 540, ["mix.2.modality"]),
        ({"mix": (GROUPS, replace(INDIVIDUAL, minutes=59))}, 540, ["mix"]),
        ({"mix": (GROUPS, replace(INDIVIDUAL, minutes=121, every_weeks=2))}, 540, []),
        ({"mix": (GROUPS, replace(INDIVIDUAL, minutes=122, every_weeks=2))}, 540, ["mix"]),
        ({"mix": (GROUPS,)}, 540, ["mix"]),
        ({"mix": (GROUPS, INDIVIDUAL, FAMILY)}, 540, ["mix.2.modality"]),
    ],
)
def test_goals_and_mix(change: dict[str, Any], prescribed: int, fields: list[str]) -> None:
    plan = replace(PLAN, **change)
    if not fields:
        check_plan(plan, prescribed, RULE)
        return
    with pytest.raises(Invalid) as refusal:
        check_plan(plan, prescribed, RULE)
    assert (refusal.value.code, [one.path for one in refusal.value.fields]) == ("plan_impossible", fields)


@pytest.mark.parametrize(
    ("state", "credentials", "patient_signed_on", "code"),
    [
        (PlanState.DRAFT, {"lpc"}, date(2026, 3, 4), None),
        (PlanState.DRAFT, {"peer", "md"}, TODAY, None),
        (PlanState.DRAFT, {"peer"}, date(2026, 3, 4), "signer_not_qualified"),
        (PlanState.DRAFT, set(), date(2026, 3, 4), "signer_not_qualified"),
        (PlanState.DRAFT, {"lpc"}, date(2026, 3, 1), "signature_impossible"),
        (PlanState.DRAFT, {"lpc"}, date(2026, 3, 5), None),
        (PlanState.DRAFT, {"lpc"}, date(2026, 3, 6), "signature_impossible"),
        (PlanState.SIGNED, {"lpc"}, date(2026, 3, 4), "plan_already_signed"),
        (PlanState.SUPERSEDED, {"lpc"}, date(2026, 3, 4), "plan_superseded"),
    ],
)
def test_who_signs_and_when(state: PlanState, credentials: set[str], patient_signed_on: date, code: str | None) -> None:
    """Drafted on 2 March, signed on 5 March."""
    plan, today = replace(PLAN, state=state), date(2026, 3, 5)
    if code is None:
        check_signature(plan, credentials, patient_signed_on, today, RULE)
        return
    with pytest.raises(StepwellError, match=code):
        check_signature(plan, credentials, patient_signed_on, today, RULE)


@pytest.mark.parametrize(
    ("state", "goals_met", "code"),
    [
        (PlanState.SIGNED, set(), None),
        (PlanState.SIGNED, {PlanGoal.ABSTINENCE, PlanGoal.HOUSING_STABLE}, None),
        (PlanState.SIGNED, {PlanGoal.PEER_SUPPORT}, "goal_not_in_plan"),
        (PlanState.DRAFT, set(), "plan_not_signed"),
        (PlanState.SUPERSEDED, set(), "plan_not_signed"),
    ],
)
def test_only_the_plan_in_force_is_reviewed_for_its_own_goals(
    state: PlanState, goals_met: set[PlanGoal], code: str | None
) -> None:
    plan = replace(PLAN, state=state)
    if code is None:
        check_review(plan, goals_met)
        return
    with pytest.raises(StepwellError, match=code):
        check_review(plan, goals_met)
