"""Stock was destroyed."""

from uuid import UUID

from stepwell_contracts.http.medication_stock import StockNoted, WasteStock
from stepwell_kernel.medication_codes import StockMovement
from stepwell_medication.usecases.enter_movement import enter_movement, take_custody
from stepwell_postgres.transaction import Transaction


async def waste_stock(tx: Transaction, lot_id: UUID, command: WasteStock) -> StockNoted:
    """Take out of the ledger what two people saw destroyed.

    Raises NotFound (`lot_not_found`), Invalid (`witness_missing`, `witness_unknown`), Forbidden (`witness_is_self`),
    Conflict (`stock_short`).
    """
    custody = await take_custody(tx, lot_id, StockMovement.WASTED, command.witness_id)
    entry = await enter_movement(tx, custody, StockMovement.WASTED, -command.quantity_mg, reason_code=command.reason)
    return StockNoted(
        entry_id=entry.entry_id, lot_id=lot_id, quantity_mg=-command.quantity_mg, balance_mg=entry.balance_mg
    )
