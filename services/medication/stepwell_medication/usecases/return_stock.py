"""Stock went back to its supplier or to a reverse distributor."""

from uuid import UUID

from stepwell_contracts.http.medication_stock import ReturnStock, StockNoted
from stepwell_kernel.medication_codes import StockMovement
from stepwell_medication.usecases.enter_movement import enter_movement, take_custody
from stepwell_postgres.transaction import Transaction


async def return_stock(tx: Transaction, lot_id: UUID, command: ReturnStock) -> StockNoted:
    """Take out of the ledger what was sent back, expired or not.

    Raises NotFound (`lot_not_found`), Invalid (`witness_missing`, `witness_unknown`), Forbidden (`witness_is_self`),
    Conflict (`stock_short`).
    """
    custody = await take_custody(tx, lot_id, StockMovement.RETURNED, command.witness_id)
    entry = await enter_movement(tx, custody, StockMovement.RETURNED, -command.quantity_mg)
    return StockNoted(
        entry_id=entry.entry_id, lot_id=lot_id, quantity_mg=-command.quantity_mg, balance_mg=entry.balance_mg
    )
