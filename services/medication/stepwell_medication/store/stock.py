"""Lots and the ledger of what went in and out of them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import asyncpg

from stepwell_kernel.errors import Bug, NotFound
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import StockMovement
from stepwell_medication.domain.stock import CustodyRule, Entry, HeldLot, Lot, Movement, balance_after
from stepwell_postgres.transaction import Transaction

LOT = "lot_id, facility_id, medicine, unit_mg, single_dose, lot_code, expires_on, named_for, use_by"

CUSTODY = """
select rule_id, version, witnessed, single_dose, named_use_days
from custody_rule
where medicine = $1 and effective_from <= $2 and (effective_to is null or $2 < effective_to)
order by effective_from desc
limit 1
"""

#: A lot that is delivered again is the same lot.
OPEN = """
insert into lot (lot_id, tenant_id, facility_id, medicine, unit_mg, single_dose, lot_code, expires_on, named_for,
                 use_by, opened_at, entries)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)
on conflict (facility_id, medicine, unit_mg, lot_code, named_for) do nothing
"""

SAME = f"""
select {LOT}
from lot
where facility_id = $1 and medicine = $2 and unit_mg is not distinct from $3 and lot_code = $4
      and named_for is not distinct from $5
"""

FIND = f"select {LOT} from lot where lot_id = $1"

HOLD = f"update lot set entries = entries + 1 where lot_id = $1 returning entries, {LOT}"

BALANCE = "select balance_mg from stock_entry where lot_id = $1 and number = $2"

ENTER = """
insert into stock_entry (entry_id, tenant_id, lot_id, number, movement, before_mg, quantity_mg, balance_mg, subject_id,
                         reason_code, entered_by, witness_id, entered_at, rule_version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""

LOTS_OF = f"""
select {LOT}, balance_mg
from lot
join stock_entry using (lot_id)
where number = entries and facility_id = $1 and (balance_mg > 0 or $2)
order by medicine, use_by, lot_id
"""

LEDGER = """
select number, entry_id, movement, quantity_mg, balance_mg, subject_id, reason_code, entered_by, witness_id, entered_at
from stock_entry
where lot_id = $1 and number > $2
order by number
limit $3
"""


async def custody_rule(tx: Transaction, medicine: str, day: date) -> CustodyRule:
    """How a medicine is kept; Bug (`rule_missing`) when nothing is in force."""
    row = await tx.connection.fetchrow(CUSTODY, medicine, day)
    if row is None:
        raise Bug("rule_missing", f"no custody rule is in force for {medicine}")
    witnessed = frozenset(StockMovement(movement) for movement in row["witnessed"])
    return CustodyRule(**(dict(row) | {"witnessed": witnessed}))


async def open_lot(tx: Transaction, lot: Lot) -> Lot:
    """Store a lot, or answer the one that is kept under the same code already."""
    await tx.connection.execute(
        OPEN,
        lot.lot_id,
        tx.tenant,
        lot.facility_id,
        lot.medicine,
        lot.unit_mg,
        lot.single_dose,
        lot.lot_code,
        lot.expires_on,
        lot.named_for,
        lot.use_by,
        tx.now,
    )
    row = await tx.connection.fetchrow(SAME, lot.facility_id, lot.medicine, lot.unit_mg, lot.lot_code, lot.named_for)
    if row is None:
        raise Bug("lot_lost", "a stored lot has no row")
    return Lot(**row)


async def find_lot(tx: Transaction, lot_id: UUID) -> Lot:
    """The lot, or NotFound."""
    row = await tx.connection.fetchrow(FIND, lot_id)
    if row is None:
        raise NotFound("lot_not_found", "there is no such lot")
    return Lot(**row)


async def hold_lot(tx: Transaction, lot_id: UUID) -> HeldLot:
    """Lock the lot for one entry, until the transaction ends; NotFound when there is none."""
    row = await tx.connection.fetchrow(HOLD, lot_id)
    if row is None:
        raise NotFound("lot_not_found", "there is no such lot")
    values = dict(row)
    number: int = values.pop("entries")
    balance: Decimal | None = await tx.connection.fetchval(BALANCE, lot_id, number - 1)
    return HeldLot(Lot(**values), number, balance or Decimal(0))


async def add_entry(tx: Transaction, held: HeldLot, movement: Movement, rule_version: str | None = None) -> Entry:
    """Enter a movement into the ledger of a lot that is held; Conflict (`stock_short`)."""
    entry = Entry(new_id(), held.lot, movement, balance_after(held, movement.quantity_mg))
    await tx.connection.execute(
        ENTER,
        entry.entry_id,
        tx.tenant,
        held.lot.lot_id,
        held.number,
        movement.kind,
        held.balance_mg,
        movement.quantity_mg,
        entry.balance_mg,
        movement.subject_id,
        movement.reason_code,
        movement.by,
        movement.witness_id,
        tx.now,
        rule_version,
    )
    return entry


async def lots_of(tx: Transaction, facility_id: UUID, *, empty: bool) -> Sequence[asyncpg.Record]:
    """The lots of a facility with their balances, by medicine and last day; those that are used up only when asked."""
    return await tx.connection.fetch(LOTS_OF, facility_id, empty)


async def ledger_of(tx: Transaction, lot_id: UUID, after: int, most: int) -> Sequence[asyncpg.Record]:
    """Entries of a lot after a number, in order."""
    return await tx.connection.fetch(LEDGER, lot_id, after, most)
