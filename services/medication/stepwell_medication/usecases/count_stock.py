"""A lot was counted."""

from decimal import Decimal
from uuid import UUID

from stepwell_contracts.events.medication_facility import StockDiscrepancyFound
from stepwell_contracts.http.medication_stock import CountStock, StockNoted
from stepwell_kernel.medication_codes import Medicine, StockMovement, StockReport
from stepwell_medication.domain.stock import Entry
from stepwell_medication.store.reference import find_facility
from stepwell_medication.store.stock_reports import expect_report, report_rule
from stepwell_medication.usecases.enter_movement import Custody, enter_movement, take_custody
from stepwell_postgres.transaction import Transaction


async def count_stock(tx: Transaction, lot_id: UUID, command: CountStock) -> StockNoted:
    """Set the ledger to what is there; a difference is told, and reported to compliance in time.

    Raises NotFound (`lot_not_found`), Invalid (`witness_missing`, `witness_unknown`), Forbidden (`witness_is_self`),
    Unavailable (`facility_not_known_yet`).
    """
    custody = await take_custody(tx, lot_id, StockMovement.COUNTED, command.witness_id)
    difference = command.counted_mg - custody.held.balance_mg
    entry = await enter_movement(tx, custody, StockMovement.COUNTED, difference)
    if difference:
        await _tell_discrepancy(tx, custody, entry, command.counted_mg)
    return StockNoted(entry_id=entry.entry_id, lot_id=lot_id, quantity_mg=difference, balance_mg=entry.balance_mg)


async def _tell_discrepancy(tx: Transaction, custody: Custody, entry: Entry, counted_mg: Decimal) -> None:
    lot = custody.held.lot
    facility = await find_facility(tx, lot.facility_id)
    rule = await report_rule(tx, StockReport.COMPLIANCE, tx.now.date())
    due_at = rule.due_at(tx.now, facility.zone, facility.holidays)
    await expect_report(tx, entry.entry_id, lot.facility_id, rule, due_at)
    event = StockDiscrepancyFound(
        entry_id=entry.entry_id,
        facility_id=lot.facility_id,
        lot_id=lot.lot_id,
        medicine=Medicine(lot.medicine),
        expected_mg=custody.held.balance_mg,
        counted_mg=counted_mg,
    )
    tx.emit(custody.stream, event)
