"""A lot was delivered."""

from uuid import UUID

from stepwell_contracts.http.medication_stock import ReceiveLot, StockNoted
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_kernel.medication_codes import StockMovement
from stepwell_medication.domain.access import KEEP_STOCK, staff_of
from stepwell_medication.domain.stock import Delivery, Lot, check_delivery
from stepwell_medication.store.injection_rules import strength_rules
from stepwell_medication.store.reference import find_episode, find_zone
from stepwell_medication.store.stock import custody_rule, hold_lot, open_lot
from stepwell_medication.usecases.enter_movement import Custody, check_seen, enter_movement
from stepwell_messaging.streams import lock_facility
from stepwell_postgres.transaction import Transaction


async def receive_lot(tx: Transaction, facility_id: UUID, command: ReceiveLot) -> StockNoted:
    """Enter a delivery; what comes of a lot that is there already is added to it.

    Raises Invalid (`unit_missing`, `unit_not_made`, `units_not_whole`, `named_use_not_allowed`, `witness_missing`,
    `witness_unknown`), Forbidden (`witness_is_self`), Conflict (`lot_expired`, `lot_mismatch`), Unavailable
    (`facility_not_known_yet`, `episode_not_known_yet`).
    """
    tx.authorize(KEEP_STOCK, Resource(tx.tenant, "facility", facility_id, facility_id))
    by = staff_of(tx.caller)
    today = local_at(tx.now, await find_zone(tx, facility_id)).date()
    rule = await custody_rule(tx, command.medicine, today)
    await check_seen(tx, rule, StockMovement.RECEIVED, by, command.witness_id)
    strengths = await strength_rules(tx, command.medicine, today)
    delivery = Delivery(
        command.unit_mg, command.quantity_mg, command.expires_on, is_named=command.episode_id is not None
    )
    use_by = check_delivery(rule, delivery, {strength.amount_mg for strength in strengths}, today)
    named_for = None if command.episode_id is None else (await find_episode(tx, command.episode_id)).patient_id
    stream = await lock_facility(tx, facility_id)
    lot = await open_lot(
        tx,
        Lot(
            lot_id=new_id(),
            facility_id=facility_id,
            medicine=command.medicine,
            unit_mg=command.unit_mg,
            single_dose=rule.single_dose,
            lot_code=command.lot_code,
            expires_on=command.expires_on,
            named_for=named_for,
            use_by=use_by,
        ),
    )
    if lot.expires_on != command.expires_on:
        detail = f"the lot of this code expires on {lot.expires_on.isoformat()}"
        raise Conflict("lot_mismatch", detail, rule="stock.lot_match")
    custody = Custody(await hold_lot(tx, lot.lot_id), stream, rule, by, command.witness_id)
    entry = await enter_movement(tx, custody, StockMovement.RECEIVED, command.quantity_mg)
    return StockNoted(
        entry_id=entry.entry_id, lot_id=lot.lot_id, quantity_mg=command.quantity_mg, balance_mg=entry.balance_mg
    )
