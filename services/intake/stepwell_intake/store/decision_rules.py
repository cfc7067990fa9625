"""Rules of decisions, of the step-down criteria and of care tasks in force on a day."""

from datetime import date

import asyncpg

from stepwell_intake.domain.care_tasks import OutcomeRule
from stepwell_intake.domain.decisions import DecisionKind, HoldRule, ReasonRule
from stepwell_intake.domain.discharge import DischargeRule
from stepwell_intake.domain.level_change import StepUpRule
from stepwell_intake.domain.step_down import CriterionRule
from stepwell_intake.store.rules import rows_in_force, version_of
from stepwell_kernel.codes import DischargeReason, Instrument, LevelOfCare, SuicideRisk, TaskKind
from stepwell_kernel.decision_codes import StepDownCriterion
from stepwell_kernel.errors import Bug
from stepwell_postgres.transaction import Transaction


async def reason_rule(tx: Transaction, day: date, kind: DecisionKind) -> ReasonRule:
    """The reasons that a kind of decision can have; Bug (`rule_missing`)."""
    row = _of(await rows_in_force(tx, "decision_reason", day), "kind", kind, day)
    parameters = row["parameters"]
    return ReasonRule(
        rule=version_of(row),
        reasons=frozenset(parameters["reasons"]),
        clinical=frozenset(parameters.get("clinical", ())),
        refused=frozenset(parameters.get("refused", ())),
    )


async def hold_rule(tx: Transaction, day: date) -> HoldRule:
    """How long a hold can be expected to last."""
    (row,) = await rows_in_force(tx, "hold", day)
    return HoldRule(version_of(row), row["parameters"]["most_days_ahead"])


async def step_up_rule(tx: Transaction, day: date) -> StepUpRule:
    """Where intensive treatment begins."""
    (row,) = await rows_in_force(tx, "step_up", day)
    return StepUpRule(version_of(row), LevelOfCare(row["parameters"]["least_level"]))


async def criterion_rules(tx: Transaction, day: date) -> tuple[CriterionRule, ...]:
    """The step-down criteria, in their order."""
    return tuple(_criterion(row) for row in await rows_in_force(tx, "step_down", day))


async def discharge_rule(tx: Transaction, day: date, reason: DischargeReason) -> DischargeRule:
    """What a discharge for the reason needs; Bug (`rule_missing`)."""
    row = _of(await rows_in_force(tx, "discharge", day), "reason", reason, day)
    return DischargeRule(version_of(row), reason, tuple(row["parameters"]["fields"]))


async def outcome_rule(tx: Transaction, day: date, kind: TaskKind) -> OutcomeRule:
    """How a task of the kind can end; Bug (`rule_missing`)."""
    row = _of(await rows_in_force(tx, "task_outcome", day), "kind", kind, day)
    return OutcomeRule(version_of(row), kind, frozenset(row["parameters"]["outcomes"]))


def _of(rows: list[asyncpg.Record], name: str, value: str | int, day: date) -> asyncpg.Record:
    for row in rows:
        if row["parameters"][name] == value:
            return row
    raise Bug("rule_missing", f"no rule is in force on {day.isoformat()}: {name} {value}")


def _criterion(row: asyncpg.Record) -> CriterionRule:
    parameters = row["parameters"]
    instrument = parameters.get("instrument")
    return CriterionRule(
        rule=version_of(row),
        criterion=StepDownCriterion(parameters["criterion"]),
        weeks=parameters.get("weeks", 0),
        days=parameters.get("days", 0),
        instrument=Instrument(instrument) if instrument else None,
        below=parameters.get("below", 0),
        least_percent=parameters.get("least_percent", 0),
        risks=frozenset(SuicideRisk(risk) for risk in parameters.get("risks", ())),
    )
