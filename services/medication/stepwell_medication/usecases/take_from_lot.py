"""Take what is given or handed out from a lot."""

from uuid import UUID

from stepwell_kernel.access import Resource
from stepwell_kernel.local_time import local_at
from stepwell_kernel.medication_codes import StockMovement
from stepwell_medication.domain.access import DISPENSE_STOCK, staff_of
from stepwell_medication.domain.stock import Dispensing, Movement, check_dispensing
from stepwell_medication.store.reference import find_zone
from stepwell_medication.store.stock import add_entry, hold_lot
from stepwell_postgres.transaction import Transaction


async def take_from_lot(tx: Transaction, lot_id: UUID | None, dispensing: Dispensing) -> None:
    """Enter into the lot's ledger what is taken out of it; nothing where no lot was named.

    The patient's stream is locked before; the lot stays locked until the transaction ends. No event tells of it: the
    dose has its own. Raises NotFound (`lot_not_found`), Forbidden (`not_granted`, `facility_out_of_scope`), Conflict
    (`lot_mismatch`, `lot_expired`, `stock_short`), Unavailable (`facility_not_known_yet`).
    """
    if lot_id is None:
        return
    held = await hold_lot(tx, lot_id)
    tx.authorize(DISPENSE_STOCK, Resource(tx.tenant, "lot", lot_id, held.lot.facility_id))
    today = local_at(tx.now, await find_zone(tx, held.lot.facility_id)).date()
    check_dispensing(held.lot, dispensing, today)
    by, taken_mg = staff_of(tx.caller), -dispensing.quantity_mg
    await add_entry(tx, held, Movement(StockMovement.DISPENSED, taken_mg, by, subject_id=dispensing.subject_id))
