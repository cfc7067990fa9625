"""Rules of the timetable in force on a day; the row of the nearest place goes first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import asyncpg

from stepwell_contracts.activities import CalendarPolicy
from stepwell_kernel.codes import Modality, Role
from stepwell_kernel.errors import Bug
from stepwell_kernel.scheduling_codes import Setting
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.credentials import CredentialRule, TelehealthRule
from stepwell_scheduling.domain.reference import Facility, GroupSizeRule
from stepwell_scheduling.domain.rules import RuleVersion, places_of

GROUP_SIZES = """
select distinct on (modality) modality, rule_id, version, least, most, source
from group_size_rule
where jurisdiction = any($1) and effective_from <= $2 and (effective_to is null or effective_to > $2)
order by modality, array_position($1, jurisdiction)
"""

CREDENTIALS = """
select rule_id, version, roles, credentials
from credential_rule
where jurisdiction = any($1) and effective_from <= $2 and (effective_to is null or effective_to > $2)
      and modality = $3
order by array_position($1, jurisdiction)
limit 1
"""

TELEHEALTH = """
select rule_id, version, settings, prefixes
from telehealth_rule
where jurisdiction = any($1) and effective_from <= $2 and (effective_to is null or effective_to > $2)
order by array_position($1, jurisdiction)
limit 1
"""

TURNOVER = """
select rule_id, version, minutes
from turnover_rule
where jurisdiction = any($1) and effective_from <= $2 and (effective_to is null or effective_to > $2)
      and kind = $3 and setting = $4
order by array_position($1, jurisdiction)
limit 1
"""

CALENDAR = """
select rule_id, version, place, week_begins_on, plan_days_before, plan_at, series_days_ahead, draw_at
from calendar_rule
where place = any($1) and effective_from <= $2 and (effective_to is null or effective_to > $2)
order by array_position($1, place)
limit 1
"""


@dataclass(frozen=True, slots=True)
class Turnover:
    """How long clinician and room stay taken after a session."""

    rule: RuleVersion
    time: timedelta


async def group_size_rules(tx: Transaction, jurisdiction: str, day: date) -> Mapping[Modality, GroupSizeRule]:
    """The sizes of groups by modality; one without a rule is not a matter of size."""
    rows = await tx.connection.fetch(GROUP_SIZES, places_of(jurisdiction), day)
    return {
        Modality(row["modality"]): GroupSizeRule(_version(row), row["least"], row["most"], row["source"])
        for row in rows
    }


async def credential_rule(tx: Transaction, jurisdiction: str, modality: Modality, day: date) -> CredentialRule:
    """Who may hold sessions of a modality."""
    row = await _row(tx, CREDENTIALS, places_of(jurisdiction), day, modality)
    return CredentialRule(_version(row), frozenset(Role(role) for role in row["roles"]), frozenset(row["credentials"]))


async def telehealth_rule(tx: Transaction, jurisdiction: str, day: date) -> TelehealthRule:
    """Where a license of the patient's state is needed."""
    row = await _row(tx, TELEHEALTH, places_of(jurisdiction), day)
    settings = frozenset(Setting(setting) for setting in row["settings"])
    return TelehealthRule(_version(row), settings, frozenset(row["prefixes"]))


async def turnover_rule(tx: Transaction, jurisdiction: str, kind: str, setting: Setting, day: date) -> Turnover:
    """The turnover after a session of a kind (`group`, `visit`)."""
    row = await _row(tx, TURNOVER, places_of(jurisdiction), day, kind, setting)
    return Turnover(_version(row), timedelta(minutes=row["minutes"]))


async def calendar_rule(tx: Transaction, facility: Facility, day: date) -> CalendarPolicy:
    """When the recurring work of a facility is done; a row of its own goes first."""
    row = await _row(tx, CALENDAR, (str(facility.facility_id), *places_of(facility.jurisdiction)), day)
    return CalendarPolicy(
        version=f"{_version(row)}/{row['place']}",
        zone=facility.zone,
        week_begins_on=row["week_begins_on"],
        plan_days_before=row["plan_days_before"],
        plan_at=row["plan_at"],
        series_days_ahead=row["series_days_ahead"],
        draw_at=row["draw_at"],
    )


async def _row(tx: Transaction, statement: str, places: tuple[str, ...], day: date, *selectors: str) -> asyncpg.Record:
    """The row in force; a day without one is a fault of the rule tables."""
    row = await tx.connection.fetchrow(statement, places, day, *selectors)
    if row is None:
        what = "/".join((*places[:1], *selectors))
        raise Bug("rule_missing", f"no rule is in force on {day.isoformat()} for {what}")
    return row


def _version(row: asyncpg.Record) -> RuleVersion:
    return RuleVersion(row["rule_id"], row["version"])
