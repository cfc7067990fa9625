"""The rows of decisions, step-down criteria and task outcomes that are in force are those that the tests work with."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from services.intake.tests.domain.test_level_changes import STEP_UP
from services.intake.tests.domain.test_step_down_criteria import ATTENDANCE, DEPRESSION, GOALS, HOUSING, RISK
from stepwell_intake.domain.care_tasks import OWN_COMMANDS
from stepwell_intake.domain.decisions import DecisionKind, HoldRule
from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.store.decision_rules import (
    criterion_rules,
    discharge_rule,
    hold_rule,
    outcome_rule,
    reason_rule,
    step_up_rule,
)
from stepwell_kernel.codes import DischargeReason, Role, TaskKind
from stepwell_kernel.decision_codes import StepDownCriterion
from stepwell_kernel.errors import Bug
from stepwell_postgres.transaction import Transaction
from stepwell_testing.plugin import OpenEdge

TODAY = date(2026, 3, 2)
BEFORE_ALL_ROWS = date(2019, 12, 31)

Read = Callable[[Transaction, date], Awaitable[object]]

READS: tuple[Read, ...] = (
    hold_rule,
    step_up_rule,
    criterion_rules,
    lambda tx, day: reason_rule(tx, day, DecisionKind.DISCHARGE),
    lambda tx, day: discharge_rule(tx, day, DischargeReason.DEATH),
    lambda tx, day: outcome_rule(tx, day, TaskKind.SAFETY_DECISION),
)


async def test_the_rows_are_those_of_the_tests(open_edge: OpenEdge) -> None:
    edge = await open_edge("intake")
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        criteria = await criterion_rules(tx, TODAY)
        assert [rule.criterion for rule in criteria] == list(StepDownCriterion)
        assert {ATTENDANCE, RISK, DEPRESSION, GOALS, HOUSING} <= set(criteria)
        assert await step_up_rule(tx, TODAY) == STEP_UP
        assert await hold_rule(tx, TODAY) == HoldRule(RuleVersion("hold", 1), 180)


async def test_every_reason_and_every_task_has_its_row(open_edge: OpenEdge) -> None:
    edge = await open_edge("intake")
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        for reason in DischargeReason:
            assert (await discharge_rule(tx, TODAY, reason)).reason is reason
        for kind in set(TaskKind) - OWN_COMMANDS:
            assert (await outcome_rule(tx, TODAY, kind)).outcomes
        discharge = await reason_rule(tx, TODAY, DecisionKind.DISCHARGE)
        assert sorted(discharge.refused) == ["lapse", "positive_test"]
        assert not discharge.reasons & discharge.refused


@pytest.mark.parametrize("read", READS)
async def test_a_day_without_a_row_is_a_fault(open_edge: OpenEdge, read: Read) -> None:
    edge = await open_edge("intake")
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        with pytest.raises(Bug, match="rule_missing"):
            await read(tx, BEFORE_ALL_ROWS)
