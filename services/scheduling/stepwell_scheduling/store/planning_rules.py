"""Rules of the weekly plan in force on a day; the row of the nearest place goes first."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby

import asyncpg

from stepwell_kernel.codes import Modality
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.planning.availability import Window
from stepwell_scheduling.domain.planning.rules import HoursRule, Mix, MixRule, OpenHours, PlanningRules, Prescribed
from stepwell_scheduling.domain.rules import RuleVersion, places_of

HOURS = """
select distinct on (level_of_care, age_band) rule_id, version, level_of_care, age_band, floor_minutes, ceiling_minutes
from hours_rule
where jurisdiction = any($1) and effective_from <= $2 and (effective_to is null or effective_to > $2)
order by level_of_care, age_band, array_position($1, jurisdiction)
"""

MIXES = """
select jurisdiction, rule_id, version, program_type, level_of_care, part, modality, sessions, minutes, every_weeks,
       fills
from mix_rule
where jurisdiction = any($1) and effective_from <= $2 and (effective_to is null or effective_to > $2)
order by array_position($1, jurisdiction), program_type = 'any', part = 'any', rule_id, place
"""

OPEN_HOURS = """
select rule_id, version, kind, age_band, weekdays, opens, closes
from open_hours_rule o
where jurisdiction = any($1) and effective_from <= $2 and (effective_to is null or effective_to > $2)
      and not exists (select from open_hours_rule n
                      where n.kind = o.kind and n.age_band = o.age_band
                            and array_position($1, n.jurisdiction) < array_position($1, o.jurisdiction)
                            and n.effective_from <= $2 and (n.effective_to is null or n.effective_to > $2))
order by kind, age_band, rule_id
"""


async def planning_rules(tx: Transaction, jurisdiction: str, day: date) -> PlanningRules:
    """All rows that planning goes by at a place on a day."""
    places = places_of(jurisdiction)
    mixes = await tx.connection.fetch(MIXES, places, day)
    open_hours = await tx.connection.fetch(OPEN_HOURS, places, day)
    return PlanningRules(
        hours=await hours_rules(tx, jurisdiction, day),
        mixes=tuple(
            _mix_rule(tuple(rows)) for _, rows in groupby(mixes, lambda row: (row["jurisdiction"], row["rule_id"]))
        ),
        open_hours={
            key: _open_hours(tuple(rows))
            for key, rows in groupby(open_hours, lambda row: (row["kind"], row["age_band"]))
        },
    )


async def hours_rules(tx: Transaction, jurisdiction: str, day: date) -> Mapping[tuple[str, str], HoursRule]:
    """The hours of the levels of care at a place on a day, by level and age band."""
    rows = await tx.connection.fetch(HOURS, places_of(jurisdiction), day)
    return {
        (row["level_of_care"], row["age_band"]): HoursRule(_version(row), row["floor_minutes"], row["ceiling_minutes"])
        for row in rows
    }


def _mix_rule(rows: tuple[asyncpg.Record, ...]) -> MixRule:
    head = rows[0]
    sessions = tuple(
        Prescribed(Modality(row["modality"]), row["sessions"], row["minutes"], row["every_weeks"]) for row in rows
    )
    fills = next((Modality(row["modality"]) for row in rows if row["fills"]), None)
    mix = Mix(str(_version(head)), sessions, fills)
    return MixRule(head["program_type"], head["level_of_care"], head["part"], mix)


def _open_hours(rows: tuple[asyncpg.Record, ...]) -> OpenHours:
    windows = (Window(weekday, row["opens"], row["closes"]) for row in rows for weekday in row["weekdays"])
    return OpenHours(tuple(str(_version(row)) for row in rows), tuple(windows))


def _version(row: asyncpg.Record) -> RuleVersion:
    return RuleVersion(row["rule_id"], row["version"])
