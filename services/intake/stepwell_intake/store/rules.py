"""Rules in force on a day; a day without a rule that is needed is a fault of the rule tables."""

from datetime import date
from typing import Any

import asyncpg

from stepwell_intake.domain.admission import GateItem, GateRule
from stepwell_intake.domain.age import AgeRule
from stepwell_intake.domain.consent import ConsentRule, Element, Purpose
from stepwell_intake.domain.hours import HoursRule
from stepwell_intake.domain.placement import Band, PlacementRule, Severity
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import AgeBand, LevelOfCare, Role
from stepwell_kernel.errors import Bug
from stepwell_postgres.transaction import Transaction

#: Reference data name no state yet, so the federal rows and the defaults of the house apply everywhere.
JURISDICTION = "US"

IN_FORCE = """
select rule_id, version, severity, override_role, parameters
from rule
where family = $1 and jurisdiction = $2 and program_type = 'any' and age_band in ('any', $3)
      and effective_from <= $4 and (effective_to is null or effective_to > $4)
order by place, rule_id
"""


async def placement_rules(tx: Transaction, day: date) -> tuple[PlacementRule, ...]:
    """The table from ratings to level, in its order."""
    return tuple(_placement(row) for row in await _in_force(tx, "placement.asam3", day))


async def age_rule(tx: Transaction, day: date) -> AgeRule:
    """Who is an adolescent."""
    (row,) = await _in_force(tx, "age_band", day)
    return AgeRule(_version(row), row["parameters"]["below_years"])


async def hours_rule(tx: Transaction, day: date, level: LevelOfCare, age_band: AgeBand) -> HoursRule:
    """The minutes a week of a level for an age band."""
    rows = await _in_force(tx, "weekly_hours", day, age_band=age_band)
    for row in rows:
        if row["parameters"]["level"] == level:
            bounds = row["parameters"]
            return HoursRule(_version(row), level, bounds["least_minutes"], bounds["most_minutes"])
    raise _missing(f"weekly_hours.{level}", day)


async def consent_rule(tx: Transaction, day: date) -> ConsentRule:
    """The elements of a consent to disclosure."""
    (row,) = await _in_force(tx, "consent", day)
    return ConsentRule(_version(row), tuple(_element(item) for item in row["parameters"]["elements"]))


async def gate_rule(tx: Transaction, day: date) -> GateRule:
    """The admission gate."""
    (row,) = await _in_force(tx, "admission_gate", day)
    parameters = row["parameters"]
    return GateRule(
        rule=_version(row),
        level=LevelOfCare(parameters["level"]),
        items=tuple(GateItem(item) for item in parameters["items"]),
        credentials=frozenset(parameters["credentials"]),
    )


async def _in_force(
    tx: Transaction, family: str, day: date, *, age_band: AgeBand | str = "any"
) -> list[asyncpg.Record]:
    rows = await tx.connection.fetch(IN_FORCE, family, JURISDICTION, age_band, day)
    if not rows:
        raise _missing(family, day)
    return rows


def _missing(what: str, day: date) -> Bug:
    return Bug("rule_missing", f"no rule is in force on {day.isoformat()}: {what}")


def _version(row: asyncpg.Record) -> RuleVersion:
    return RuleVersion(row["rule_id"], row["version"])


def _placement(row: asyncpg.Record) -> PlacementRule:
    parameters: dict[str, Any] = row["parameters"]
    return PlacementRule(
        rule=_version(row),
        alternatives=tuple(_bands(alternative) for alternative in parameters["when_any"]),
        level=LevelOfCare(parameters["level"]) if parameters["level"] else None,
        severity=Severity(row["severity"]),
        override_role=Role(row["override_role"]) if row["override_role"] else None,
    )


def _bands(alternative: dict[str, list[int]]) -> tuple[Band, ...]:
    return tuple(Band(int(dimension), *bounds) for dimension, bounds in alternative.items())


def _element(item: dict[str, Any]) -> Element:
    purposes = frozenset(Purpose(purpose) for purpose in item.get("only_for", ()))
    return Element(item["number"], item["field"], purposes)
