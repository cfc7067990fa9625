"""Weekly series: their patterns, exceptions and meetings, and the days that are missing."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import asyncpg

from stepwell_kernel.errors import NotFound
from stepwell_kernel.scheduling_codes import Setting
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.series import Occurrence, Pattern, Series
from stepwell_scheduling.store.sessions import ARRANGED, COLUMNS, arrangement_of, session_of

INSERT = """
insert into series (series_id, tenant_id, facility_id, group_id, weekday, from_day, until_day)
values ($1, $2, $3, $4, $5, $6, $7)
"""

SELECT = """
select s.series_id, s.facility_id, s.group_id, s.weekday, s.from_day, s.until_day,
       (select coalesce(array_agg(e.day), '{}') from series_exception e where e.series_id = s.series_id) as exceptions
from series s
"""

FIND = f"{SELECT} where s.series_id = $1"

OF_GROUP = f"{SELECT} where s.group_id = $1 order by s.from_day, s.series_id"

RUNNING = f"""
{SELECT} where s.facility_id = $1 and s.from_day <= $3 and (s.until_day is null or s.until_day >= $2)
order by s.series_id
"""

PATTERNS = """
select series_id, from_day, starts_local, minutes, clinician_id, room_id, setting
from series_pattern where series_id = any($1)
order by series_id, from_day
"""

PUT_PATTERN = """
insert into series_pattern (tenant_id, series_id, from_day, starts_local, minutes, clinician_id, room_id, setting)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

DROP_PATTERNS = "delete from series_pattern where series_id = $1 and from_day >= $2"

END = "update series set until_day = $2 where series_id = $1"

EXCEPT = """
insert into series_exception (tenant_id, series_id, day, reason_code) values ($1, $2, $3, $4) on conflict do nothing
"""

DAYS_WITH_MEETING = "select series_day from session where series_id = $1 and series_day >= $2"

AHEAD = f"""
select {COLUMNS}, {ARRANGED}, series_day from session
where series_id = $1 and series_day >= $2 and starts_at > $3 and state = 'scheduled'
order by series_day
"""

MEETING_ON = "select session_id from session where series_id = $1 and series_day = $2"

FORGET_GAP = "delete from series_gap where series_id = $1 and day = $2"

CLEAR_GAPS = "delete from series_gap where series_id = $1"

PUT_GAP = "insert into series_gap (tenant_id, series_id, day, reason_code) values ($1, $2, $3, $4)"

GAPS = "select series_id, day from series_gap where series_id = any($1) and day >= $2 order by day"


async def insert_series(tx: Transaction, series: Series, exception_reason: str) -> None:
    """Store a series with its patterns and exceptions."""
    await tx.connection.execute(
        INSERT,
        series.series_id,
        tx.tenant,
        series.facility_id,
        series.group_id,
        series.weekday,
        series.from_day,
        series.until_day,
    )
    for pattern in series.patterns:
        await _put_pattern(tx, series.series_id, pattern)
    for day in sorted(series.exceptions):
        await except_day(tx, series.series_id, day, exception_reason)


async def find_series(tx: Transaction, series_id: UUID) -> Series:
    """The series, or NotFound."""
    found = await _with_patterns(tx, await tx.connection.fetch(FIND, series_id))
    if not found:
        raise NotFound("series_not_found", "there is no such series")
    return found[0]


async def series_of_group(tx: Transaction, group_id: UUID) -> list[Series]:
    """The series of a group, by their first day."""
    return await _with_patterns(tx, await tx.connection.fetch(OF_GROUP, group_id))


async def running_series(tx: Transaction, facility_id: UUID, begin: date, through: date) -> list[Series]:
    """The series of a facility that have days from one day through another."""
    return await _with_patterns(tx, await tx.connection.fetch(RUNNING, facility_id, begin, through))


async def change_pattern(tx: Transaction, series: Series, pattern: Pattern) -> None:
    """Store the pattern from its day on, in place of those from then, and the last day."""
    await tx.connection.execute(DROP_PATTERNS, series.series_id, pattern.from_day)
    await _put_pattern(tx, series.series_id, pattern)
    await tx.connection.execute(END, series.series_id, series.until_day)


async def except_day(tx: Transaction, series_id: UUID, day: date, reason_code: str) -> None:
    """The series does not meet on that day."""
    await tx.connection.execute(EXCEPT, tx.tenant, series_id, day, reason_code)


async def days_with_meeting(tx: Transaction, series_id: UUID, begin: date) -> frozenset[date]:
    """The days from a day on for which a meeting was made, also one that was cancelled since."""
    rows = await tx.connection.fetch(DAYS_WITH_MEETING, series_id, begin)
    return frozenset(row["series_day"] for row in rows)


async def occurrences_ahead(tx: Transaction, series_id: UUID, begin: date) -> list[Occurrence]:
    """The meetings made for days from a day on that lie ahead and take place, by day."""
    rows = await tx.connection.fetch(AHEAD, series_id, begin, tx.now)
    return [Occurrence(row["series_day"], session_of(row), arrangement_of(row)) for row in rows]


async def meeting_on(tx: Transaction, series_id: UUID, day: date) -> UUID | None:
    """The meeting that was made for a day, also if it was cancelled since."""
    session_id: UUID | None = await tx.connection.fetchval(MEETING_ON, series_id, day)
    return session_id


async def forget_gap(tx: Transaction, series_id: UUID, day: date) -> None:
    """The day is not missing any more."""
    await tx.connection.execute(FORGET_GAP, series_id, day)


async def keep_gaps(tx: Transaction, series_id: UUID, gaps: Mapping[date, str]) -> None:
    """The days for which no meeting could be scheduled, with the code of what stood against it."""
    await tx.connection.execute(CLEAR_GAPS, series_id)
    rows = [(tx.tenant, series_id, day, code) for day, code in gaps.items()]
    await tx.connection.executemany(PUT_GAP, rows)


async def gaps_of(tx: Transaction, series_ids: Sequence[UUID], begin: date) -> Mapping[UUID, Sequence[date]]:
    """The days from a day on that are missing, by series; those without any are left out."""
    gaps: dict[UUID, list[date]] = {}
    for row in await tx.connection.fetch(GAPS, series_ids, begin):
        gaps.setdefault(row["series_id"], []).append(row["day"])
    return gaps


async def _put_pattern(tx: Transaction, series_id: UUID, pattern: Pattern) -> None:
    await tx.connection.execute(
        PUT_PATTERN,
        tx.tenant,
        series_id,
        pattern.from_day,
        pattern.starts,
        pattern.minutes,
        pattern.clinician_id,
        pattern.room_id,
        pattern.setting,
    )


async def _with_patterns(tx: Transaction, rows: Sequence[asyncpg.Record]) -> list[Series]:
    patterns: dict[UUID, list[Pattern]] = {}
    for row in await tx.connection.fetch(PATTERNS, [row["series_id"] for row in rows]):
        patterns.setdefault(row["series_id"], []).append(_pattern(row))
    return [
        Series(
            row["series_id"],
            row["facility_id"],
            row["group_id"],
            row["weekday"],
            row["from_day"],
            row["until_day"],
            tuple(patterns[row["series_id"]]),
            frozenset(row["exceptions"]),
        )
        for row in rows
    ]


def _pattern(row: asyncpg.Record) -> Pattern:
    return Pattern(
        row["from_day"],
        row["starts_local"],
        row["minutes"],
        row["clinician_id"],
        row["room_id"],
        Setting(row["setting"]),
    )
