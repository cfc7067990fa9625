"""Rules in force on a day; a day without a rule that is needed is a fault of the rule tables."""

from datetime import date
from types import MappingProxyType
from typing import Any

import asyncpg

from stepwell_intake.domain.admission import GateItem, GateRule
from stepwell_intake.domain.age import AgeRule
from stepwell_intake.domain.consent import ConsentRule, Element
from stepwell_intake.domain.hours import HoursRule
from stepwell_intake.domain.placement import Band, PlacementRule, Severity
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import AgeBand, LevelOfCare, PayerKind, Role, Urgency
from stepwell_kernel.errors import Bug
from stepwell_kernel.legal_codes import ConsentPurpose, InformationScope
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
    return tuple(_placement(row) for row in await rows_in_force(tx, "placement.asam3", day))


async def age_rule(tx: Transaction, day: date) -> AgeRule:
    """Who is an adolescent."""
    (row,) = await rows_in_force(tx, "age_band", day)
    return AgeRule(version_of(row), row["parameters"]["below_years"])


async def hours_rule(tx: Transaction, day: date, level: LevelOfCare, age_band: AgeBand) -> HoursRule:
    """The minutes a week of a level for an age band."""
    rows = await rows_in_force(tx, "weekly_hours", day, age_band=age_band)
    for row in rows:
        if row["parameters"]["level"] == level:
            bounds = row["parameters"]
            return HoursRule(version_of(row), level, bounds["least_minutes"], bounds["most_minutes"])
    raise _missing(f"weekly_hours.{level}", day)


async def consent_rule(tx: Transaction, day: date) -> ConsentRule:
    """What a consent to disclosure must have."""
    (row,) = await rows_in_force(tx, "consent", day)
    parameters: dict[str, Any] = row["parameters"]
    apart = {ConsentPurpose(purpose): InformationScope(part) for purpose, part in parameters.get("apart", {}).items()}
    return ConsentRule(
        rule=version_of(row),
        elements=tuple(_element(item) for item in parameters["elements"]),
        apart=MappingProxyType(apart),
        irrevocable_for=frozenset(ConsentPurpose(purpose) for purpose in parameters.get("irrevocable_for", ())),
        minor_signers=frozenset(parameters.get("minor_signers", ())),
    )


async def gate_rule(tx: Transaction, day: date) -> GateRule:
    """The admission gate."""
    (row,) = await rows_in_force(tx, "admission_gate", day)
    parameters = row["parameters"]
    return GateRule(
        rule=version_of(row),
        level=LevelOfCare(parameters["level"]),
        items=tuple(GateItem(item) for item in parameters["items"]),
        credentials=frozenset(parameters["credentials"]),
        ambulatory_rating_most=parameters.get("ambulatory_rating_most", 4),
        payers_without_authorization=frozenset(
            PayerKind(payer) for payer in parameters.get("payers_without_authorization", ())
        ),
        urgencies_without_authorization=frozenset(
            Urgency(urgency) for urgency in parameters.get("urgencies_without_authorization", ())
        ),
        override_reasons=frozenset(parameters.get("override_reasons", ())),
    )


async def rows_in_force(
    tx: Transaction, family: str, day: date, *, age_band: AgeBand | str = "any"
) -> list[asyncpg.Record]:
    """The rows of a family in force on a day, in their order; Bug (`rule_missing`) without any."""
    rows = await tx.connection.fetch(IN_FORCE, family, JURISDICTION, age_band, day)
    if not rows:
        raise _missing(family, day)
    return rows


def _missing(what: str, day: date) -> Bug:
    return Bug("rule_missing", f"no rule is in force on {day.isoformat()}: {what}")


def version_of(row: asyncpg.Record) -> RuleVersion:
    """Which version of a rule a row is."""
    return RuleVersion(row["rule_id"], row["version"])


def _placement(row: asyncpg.Record) -> PlacementRule:
    parameters: dict[str, Any] = row["parameters"]
    return PlacementRule(
        rule=version_of(row),
        alternatives=tuple(_bands(alternative) for alternative in parameters["when_any"]),
        level=LevelOfCare(parameters["level"]) if parameters["level"] else None,
        severity=Severity(row["severity"]),
        override_role=Role(row["override_role"]) if row["override_role"] else None,
    )


def _bands(alternative: dict[str, list[int]]) -> tuple[Band, ...]:
    return tuple(Band(int(dimension), *bounds) for dimension, bounds in alternative.items())


def _element(item: dict[str, Any]) -> Element:
    purposes = frozenset(ConsentPurpose(purpose) for purpose in item.get("only_for", ()))
    return Element(item["number"], item["field"], purposes)
