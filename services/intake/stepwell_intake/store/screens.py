"""Instruments that were filled in, and reports of risk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.domain.screens import Form, Score
from stepwell_kernel.codes import Instrument, RiskSignal, SuicideRisk
from stepwell_postgres.transaction import Transaction

INSERT = """
insert into screen (screen_id, tenant_id, episode_id, instrument, language, sex, answers, total, band_code,
                    suicide_risk, follow_ups, notes, rule_id, rule_version, recorded_by, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
"""

TOTALS = """
select total
from screen
where episode_id = $1 and instrument = $2 and total is not null
order by recorded_at desc, screen_id desc
limit $3
"""

NEWEST = """
select screen_id, instrument, total, band_code, suicide_risk, recorded_at
from screen
where episode_id = $1 and instrument = $2
order by recorded_at desc, screen_id desc
limit 1
"""

RISKS = """
select recorded_at, suicide_risk
from screen
where episode_id = $1 and suicide_risk is not null
order by recorded_at desc, screen_id desc
"""

INSERT_REPORT = """
insert into risk_report (report_id, tenant_id, episode_id, signal, happened_at, reported_by, reported_at)
values ($1, $2, $3, $4, $5, $6, $7)
"""

#: Two former totals tell whether the score got worse, and whether it had before.
TOTALS_BEFORE = 2


@dataclass(frozen=True, slots=True)
class Screen:
    """The score of an instrument."""

    screen_id: UUID
    instrument: Instrument
    total: int | None
    band_code: str
    suicide_risk: SuicideRisk | None
    recorded_at: datetime


async def insert_screen(
    tx: Transaction,
    *,
    screen_id: UUID,
    episode_id: UUID,
    instrument: Instrument,
    language: str,
    form: Form,
    score: Score,
    rule: RuleVersion,
    recorded_by: UUID,
) -> None:
    """Store a form with its score and the version of the rule."""
    await tx.connection.execute(
        INSERT,
        screen_id,
        tx.tenant,
        episode_id,
        instrument,
        language,
        form.sex,
        dict(form.answers),
        score.total,
        score.band_code,
        score.suicide_risk,
        list(score.follow_ups),
        list(score.notes),
        rule.rule_id,
        rule.version,
        recorded_by,
        tx.now,
    )


async def earlier_totals(tx: Transaction, episode_id: UUID, instrument: Instrument) -> list[int]:
    """The last totals of an instrument in the episode, the newest first."""
    rows = await tx.connection.fetch(TOTALS, episode_id, instrument, TOTALS_BEFORE)
    return [row["total"] for row in rows]


async def newest_screen(tx: Transaction, episode_id: UUID, instrument: Instrument) -> Screen | None:
    """The newest score of an instrument in the episode; None before the first."""
    row = await tx.connection.fetchrow(NEWEST, episode_id, instrument)
    if row is None:
        return None
    return Screen(
        screen_id=row["screen_id"],
        instrument=Instrument(row["instrument"]),
        total=row["total"],
        band_code=row["band_code"],
        suicide_risk=SuicideRisk(row["suicide_risk"]) if row["suicide_risk"] else None,
        recorded_at=row["recorded_at"],
    )


async def suicide_risks(tx: Transaction, episode_id: UUID) -> list[tuple[datetime, SuicideRisk]]:
    """The risks that screens of the episode found, the newest first."""
    rows = await tx.connection.fetch(RISKS, episode_id)
    return [(row["recorded_at"], SuicideRisk(row["suicide_risk"])) for row in rows]


async def insert_risk_report(
    tx: Transaction,
    *,
    report_id: UUID,
    episode_id: UUID,
    signal: RiskSignal,
    happened_at: datetime,
    reported_by: UUID,
) -> None:
    """Store what happened, and who told it."""
    await tx.connection.execute(
        INSERT_REPORT, report_id, tx.tenant, episode_id, signal, happened_at, reported_by, tx.now
    )
