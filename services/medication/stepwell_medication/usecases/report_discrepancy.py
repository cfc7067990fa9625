"""A difference between count and ledger was reported."""

from uuid import UUID

from stepwell_contracts.http.medication_stock import DiscrepancyReported, ReportDiscrepancy
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_kernel.medication_codes import Medicine, StockReport
from stepwell_medication.domain.access import REPORT_DISCREPANCY, staff_of
from stepwell_medication.store.reference import find_facility
from stepwell_medication.store.rules import medicine_rule
from stepwell_medication.store.stock_reports import (
    end_report,
    expect_report,
    find_discrepancy,
    is_reported,
    report_rule,
)
from stepwell_messaging.streams import lock_facility
from stepwell_postgres.transaction import Transaction


async def report_discrepancy(tx: Transaction, entry_id: UUID, command: ReportDiscrepancy) -> DiscrepancyReported:
    """Note who reported it and when; what is found to be a loss of a controlled medicine then needs its form.

    Raises NotFound (`discrepancy_not_found`), Conflict (`report_not_due`, `already_reported`), Unavailable
    (`facility_not_known_yet`).
    """
    found = await find_discrepancy(tx, entry_id)
    tx.authorize(REPORT_DISCREPANCY, Resource(tx.tenant, "stock_entry", entry_id, found.facility_id))
    by = staff_of(tx.caller)
    await lock_facility(tx, found.facility_id)
    reported = await is_reported(tx, entry_id, command.step)
    if reported is None:
        raise Conflict("report_not_due", f"no {command.step} report is expected", rule="stock.report")
    if reported:
        raise Conflict("already_reported", "it was reported before", rule="stock.report")
    await end_report(tx, entry_id, command.step, by)
    medicine = await medicine_rule(tx, Medicine(found.medicine), tx.now.date())
    if command.step is not StockReport.COMPLIANCE or not command.is_loss or medicine.schedule is None:
        return DiscrepancyReported(reported_at=tx.now)
    facility = await find_facility(tx, found.facility_id)
    rule = await report_rule(tx, StockReport.LOSS_FORM, tx.now.date())
    due_at = rule.due_at(found.found_at, facility.zone, facility.holidays)
    await expect_report(tx, entry_id, found.facility_id, rule, due_at)
    return DiscrepancyReported(reported_at=tx.now, loss_form_due_at=due_at)
