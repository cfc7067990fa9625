"""Rules of attendance, of a patient's day and of closed groups, as they are in force at a facility at an instant."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from stepwell_kernel.errors import Bug
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.attendance import AttendanceRule
from stepwell_scheduling.domain.rosters import EnrollmentRule
from stepwell_scheduling.domain.rules import RuleVersion
from stepwell_scheduling.domain.seating import DayRule

#: The row of the state goes before that of the country.
IN_FORCE = """
from facility f join {table} r on r.jurisdiction in (f.jurisdiction, split_part(f.jurisdiction, '-', 1))
where f.facility_id = $1 and r.effective_from <= ($2 at time zone f.zone)::date
      and (r.effective_to is null or r.effective_to > ($2 at time zone f.zone)::date)
"""

NEAREST = "order by length(r.jurisdiction) desc limit 1"

ATTENDANCE = f"select r.* {IN_FORCE.format(table='attendance_rule')} {NEAREST}"

DAY_HOURS = f"select r.* {IN_FORCE.format(table='day_hours_rule')} {NEAREST}"

ENROLLMENT = f"select r.* {IN_FORCE.format(table='enrollment_rule')} {NEAREST}"

PROGRAM_CANCELLATION = (
    f"select exists (select {IN_FORCE.format(table='program_cancellation_rule')} and reason_code = $3)"
)


async def attendance_rule(tx: Transaction, facility_id: UUID, at: datetime) -> AttendanceRule:
    """What is late, full, absent and given back too late."""
    row = await _rule(tx, ATTENDANCE, facility_id, at)
    return AttendanceRule(
        rule=_version(row),
        late_after_minutes=row["late_after_minutes"],
        full_percent=row["full_percent"],
        absent_below_percent=row["absent_below_percent"],
        late_cancel=timedelta(hours=row["late_cancel_hours"]),
    )


async def day_rule(tx: Transaction, facility_id: UUID, at: datetime) -> DayRule:
    """How much care a day holds."""
    row = await _rule(tx, DAY_HOURS, facility_id, at)
    return DayRule(_version(row), row["most_minutes"], row["most_make_ups"])


async def enrollment_rule(tx: Transaction, facility_id: UUID, at: datetime) -> EnrollmentRule:
    """When a closed group takes nobody any more."""
    row = await _rule(tx, ENROLLMENT, facility_id, at)
    return EnrollmentRule(_version(row), row["closes_after_meetings"])


async def is_program_cancellation(tx: Transaction, facility_id: UUID, at: datetime, reason_code: str) -> bool:
    """Whether a cancellation for that reason is the program's own."""
    known: bool = await tx.connection.fetchval(PROGRAM_CANCELLATION, facility_id, at, reason_code)
    return known


async def _rule(tx: Transaction, statement: str, facility_id: UUID, at: datetime) -> asyncpg.Record:
    row = await tx.connection.fetchrow(statement, facility_id, at)
    if row is None:
        raise Bug("rule_missing", f"no rule is in force at the facility at {at}")
    return row


def _version(row: asyncpg.Record) -> RuleVersion:
    return RuleVersion(row["rule_id"], row["version"])
