"""Dosing holds, and what was told of missed days."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import asyncpg

from stepwell_kernel.errors import NotFound
from stepwell_kernel.medication_codes import DosingHold, MissedDoseStep
from stepwell_medication.domain.holds import Hold, LiftDecision, MissedCase
from stepwell_postgres.transaction import Transaction

COLUMNS = """
hold_id, patient_id, episode_id, facility_id, reason, placed_by, placed_at, order_id, missed_from, days_missed, base_mg,
suggested_mg, rule_version, lifted_at
"""

INSERT = """
insert into dosing_hold (hold_id, tenant_id, patient_id, episode_id, facility_id, reason, placed_by, placed_at,
                         order_id, missed_from, days_missed, base_mg, suggested_mg, rule_version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""

FIND = f"select {COLUMNS} from dosing_hold where hold_id = $1"

OPEN = f"select {COLUMNS} from dosing_hold where patient_id = $1 and lifted_at is null order by placed_at, hold_id"

OF_RUN = f"""
select {COLUMNS}
from dosing_hold
where order_id = $1 and missed_from = $2
order by placed_at, hold_id
"""

UPDATE_CASE = """
update dosing_hold set days_missed = $2, suggested_mg = $3, rule_version = $4 where hold_id = $1 and lifted_at is null
"""

LIFT = """
update dosing_hold set lifted_by = $2, lifted_at = $3, decided_mg = $4, decision = $5 where hold_id = $1
"""

TELL = """
insert into missed_day (order_id, missed_on, tenant_id, missed_from, step, rule_version, visit_id)
values ($1, $2, $3, $4, $5, $6, $7)
"""

VISIT_ASKED = "select exists (select from missed_day where order_id = $1 and missed_from = $2 and visit_id is not null)"


async def insert_hold(tx: Transaction, hold: Hold) -> None:
    """Store a hold."""
    case = hold.missed
    await tx.connection.execute(
        INSERT,
        hold.hold_id,
        tx.tenant,
        hold.patient_id,
        hold.episode_id,
        hold.facility_id,
        hold.reason,
        hold.placed_by,
        hold.placed_at,
        case.order_id if case else None,
        case.missed_from if case else None,
        case.days_missed if case else None,
        case.base_mg if case else None,
        case.suggested_mg if case else None,
        case.rule_version if case else None,
    )


async def find_hold(tx: Transaction, hold_id: UUID) -> Hold:
    """The hold; NotFound (`hold_not_found`)."""
    row = await tx.connection.fetchrow(FIND, hold_id)
    if row is None:
        raise NotFound("hold_not_found", "there is no such hold")
    return _hold(row)


async def open_holds(tx: Transaction, patient_id: UUID) -> Sequence[Hold]:
    """The patient's open holds, wherever they were placed."""
    return [_hold(row) for row in await tx.connection.fetch(OPEN, patient_id)]


async def holds_of_run(tx: Transaction, order_id: UUID, missed_from: date) -> Sequence[Hold]:
    """The holds, open and lifted, for missed days in a row of an order from that day on."""
    return [_hold(row) for row in await tx.connection.fetch(OF_RUN, order_id, missed_from)]


async def update_case(tx: Transaction, hold_id: UUID, case: MissedCase) -> None:
    """Keep an open hold true to the days missed since."""
    await tx.connection.execute(UPDATE_CASE, hold_id, case.days_missed, case.suggested_mg, case.rule_version)


async def store_lift(tx: Transaction, hold_id: UUID, lifted_by: UUID, decision: LiftDecision) -> None:
    """Store that a prescriber lifted the hold now."""
    await tx.connection.execute(LIFT, hold_id, lifted_by, tx.now, decision.daily_mg, decision.reason)


async def store_missed_day(
    tx: Transaction,
    order_id: UUID,
    missed_on: date,
    missed_from: date,
    step: MissedDoseStep,
    rule_version: str,
    visit_id: UUID | None,
) -> None:
    """Store that a missed day was told, with the visit that was asked for."""
    await tx.connection.execute(TELL, order_id, missed_on, tx.tenant, missed_from, step, rule_version, visit_id)


async def visit_was_asked(tx: Transaction, order_id: UUID, missed_from: date) -> bool:
    """Whether a visit was asked for on missed days in a row from that day on."""
    asked: bool = await tx.connection.fetchval(VISIT_ASKED, order_id, missed_from)
    return asked


def _hold(row: asyncpg.Record) -> Hold:
    case = None
    if row["order_id"] is not None:
        case = MissedCase(
            row["order_id"],
            row["missed_from"],
            row["days_missed"],
            row["base_mg"],
            row["suggested_mg"],
            row["rule_version"],
        )
    return Hold(
        hold_id=row["hold_id"],
        patient_id=row["patient_id"],
        episode_id=row["episode_id"],
        facility_id=row["facility_id"],
        reason=DosingHold(row["reason"]),
        placed_by=row["placed_by"],
        placed_at=row["placed_at"],
        missed=case,
        lifted_at=row["lifted_at"],
    )
