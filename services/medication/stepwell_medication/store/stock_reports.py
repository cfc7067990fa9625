"""What must be reported about counts that differ from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stepwell_contracts.http.common import WorklistRow
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Bug, NotFound
from stepwell_kernel.medication_codes import StockReport
from stepwell_medication.domain.stock import ReportRule
from stepwell_medication.store.worklist import Asked
from stepwell_postgres.transaction import Transaction

RULE = """
select rule_id, version, days, business_days
from stock_report_rule
where step = $1 and effective_from <= $2 and (effective_to is null or $2 < effective_to)
order by effective_from desc
limit 1
"""

EXPECT = """
insert into stock_report (entry_id, step, tenant_id, facility_id, due_at, rule_version) values ($1, $2, $3, $4, $5, $6)
"""

DISCREPANCY = """
select entry_id, facility_id, medicine, entered_at
from stock_entry
join lot using (lot_id)
where entry_id = $1 and exists (select from stock_report report where report.entry_id = $1)
"""

REPORTED = "select reported_at is not null from stock_report where entry_id = $1 and step = $2"

END = "update stock_report set reported_by = $3, reported_at = $4 where entry_id = $1 and step = $2"

OPEN = """
select entry_id, step, due_at
from stock_report
where facility_id = $1 and reported_at is null and ($2::timestamptz is null or due_at < $2)
      and (due_at, entry_id) > ($3, $4)
order by due_at, entry_id
limit $5
"""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A count that differed."""

    entry_id: UUID
    facility_id: UUID
    medicine: str
    found_at: datetime


async def report_rule(tx: Transaction, step: StockReport, day: date) -> ReportRule:
    """By when a step is due; Bug (`rule_missing`) when nothing is in force."""
    row = await tx.connection.fetchrow(RULE, step, day)
    if row is None:
        raise Bug("rule_missing", f"no rule for the step {step} is in force")
    return ReportRule(row["rule_id"], row["version"], step, row["days"], row["business_days"])


async def expect_report(tx: Transaction, entry_id: UUID, facility_id: UUID, rule: ReportRule, due_at: datetime) -> None:
    """Have a step waited for."""
    await tx.connection.execute(EXPECT, entry_id, rule.step, tx.tenant, facility_id, due_at, rule.rule)


async def find_discrepancy(tx: Transaction, entry_id: UUID) -> Discrepancy:
    """The count, or NotFound when there is none or it did not differ."""
    row = await tx.connection.fetchrow(DISCREPANCY, entry_id)
    if row is None:
        raise NotFound("discrepancy_not_found", "there is no such discrepancy")
    return Discrepancy(*row)


async def is_reported(tx: Transaction, entry_id: UUID, step: StockReport) -> bool | None:
    """Whether a step was reported; None when it is not expected."""
    reported: bool | None = await tx.connection.fetchval(REPORTED, entry_id, step)
    return reported


async def end_report(tx: Transaction, entry_id: UUID, step: StockReport, by: UUID) -> None:
    """Note that a step was reported now."""
    await tx.connection.execute(END, entry_id, step, by, tx.now)


async def reports_due(tx: Transaction, asked: Asked) -> Sequence[WorklistRow]:
    """Discrepancies for a supervisor to report."""
    rows = await tx.connection.fetch(OPEN, asked.facility_id, asked.due_before, *asked.after, asked.most)
    return [
        WorklistRow(
            kind=f"stock_{row['step']}",
            subject_id=row["entry_id"],
            episode_id=None,
            facility_id=asked.facility_id,
            role=Role.SUPERVISOR,
            due_at=row["due_at"],
            command=f"POST /v1/stock-entries/{row['entry_id']}/reports",
        )
        for row in rows
    ]
