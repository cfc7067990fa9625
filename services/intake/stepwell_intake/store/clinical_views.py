"""The read side of screening and crises."""

from uuid import UUID

import asyncpg

from stepwell_contracts.http.intake_clinical import CrisisView, ScreenView
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.errors import NotFound
from stepwell_postgres.transaction import Transaction

SCREENS = """
select screen_id, instrument, answers, total, band_code, suicide_risk, follow_ups, notes, rule_id, rule_version,
       recorded_by, recorded_at
from screen
where episode_id = $1
order by recorded_at desc, screen_id desc
"""

CRISES = """
select crisis_id, screen_id, setting, state, location is not null as location_noted, raised_by, raised_at, disposition,
       closed_by, closed_at
from crisis
where episode_id = $1 and ($2::uuid is null or crisis_id = $2)
order by raised_at desc, crisis_id desc
"""


async def screens_of(tx: Transaction, episode_id: UUID) -> tuple[ScreenView, ...]:
    """All screens of an episode, the newest first."""
    return tuple(_screen(row) for row in await tx.connection.fetch(SCREENS, episode_id))


async def crises_of(tx: Transaction, episode_id: UUID) -> tuple[CrisisView, ...]:
    """All crises of an episode, the newest first."""
    return tuple(CrisisView(**row) for row in await tx.connection.fetch(CRISES, episode_id, None))


async def crisis_view(tx: Transaction, episode_id: UUID, crisis_id: UUID) -> CrisisView:
    """The episode's crisis, or NotFound."""
    row = await tx.connection.fetchrow(CRISES, episode_id, crisis_id)
    if row is None:
        raise NotFound("crisis_not_found", "the episode has no such crisis")
    return CrisisView(**row)


def _screen(row: asyncpg.Record) -> ScreenView:
    return ScreenView(
        screen_id=row["screen_id"],
        instrument=row["instrument"],
        answers=row["answers"],
        total=row["total"],
        band_code=row["band_code"],
        suicide_risk=row["suicide_risk"],
        follow_ups=row["follow_ups"],
        note_codes=row["notes"],
        rule_version=str(RuleVersion(row["rule_id"], row["rule_version"])),
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
    )
