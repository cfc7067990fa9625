"""Hold a lot for a movement that is not a dose, and enter it."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from stepwell_contracts.events.medication_facility import StockEntered
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_kernel.medication_codes import Medicine, StockMovement
from stepwell_medication.domain.access import KEEP_STOCK, staff_of
from stepwell_medication.domain.stock import CustodyRule, Entry, HeldLot, Movement, check_witness
from stepwell_medication.store.reference import is_staff
from stepwell_medication.store.stock import add_entry, custody_rule, find_lot, hold_lot
from stepwell_messaging.streams import lock_facility
from stepwell_postgres.transaction import Stream, Transaction


@dataclass(frozen=True, slots=True)
class Custody:
    """A lot in the hands of a member of staff, with the witness where there is one."""

    held: HeldLot
    stream: Stream
    rule: CustodyRule
    by: UUID
    witness_id: UUID | None


async def take_custody(tx: Transaction, lot_id: UUID, movement: StockMovement, witness_id: UUID | None) -> Custody:
    """Lock the lot for a movement, once the caller may make it and whoever must see it does.

    Raises NotFound (`lot_not_found`), Invalid (`witness_missing`, `witness_unknown`), Forbidden (`witness_is_self`).
    """
    lot = await find_lot(tx, lot_id)
    tx.authorize(KEEP_STOCK, Resource(tx.tenant, "lot", lot_id, lot.facility_id))
    by = staff_of(tx.caller)
    rule = await custody_rule(tx, lot.medicine, tx.now.date())
    await check_seen(tx, rule, movement, by, witness_id)
    stream = await lock_facility(tx, lot.facility_id)
    return Custody(await hold_lot(tx, lot_id), stream, rule, by, witness_id)


async def check_seen(
    tx: Transaction, rule: CustodyRule, movement: StockMovement, by: UUID, witness_id: UUID | None
) -> None:
    """Let a movement pass that a second person saw where one is needed.

    Raises Invalid (`witness_missing`, `witness_unknown`), Forbidden (`witness_is_self`).
    """
    check_witness(rule, movement, by, witness_id)
    if witness_id is not None and not await is_staff(tx, witness_id):
        problem = FieldProblem("witness_id", "is no member of staff")
        raise Invalid("witness_unknown", "a witness is a member of staff", fields=(problem,))


async def enter_movement(
    tx: Transaction,
    custody: Custody,
    kind: StockMovement,
    quantity_mg: Decimal,
    *,
    reason_code: str | None = None,
) -> Entry:
    """Enter a movement of a signed quantity, in mg, and tell it; Conflict (`stock_short`)."""
    movement = Movement(kind, quantity_mg, custody.by, custody.witness_id, reason_code=reason_code)
    entry = await add_entry(tx, custody.held, movement, custody.rule.rule)
    lot = custody.held.lot
    event = StockEntered(
        entry_id=entry.entry_id,
        facility_id=lot.facility_id,
        lot_id=lot.lot_id,
        medicine=Medicine(lot.medicine),
        movement=kind,
        quantity_mg=quantity_mg,
        balance_mg=entry.balance_mg,
    )
    tx.emit(custody.stream, event)
    return entry
