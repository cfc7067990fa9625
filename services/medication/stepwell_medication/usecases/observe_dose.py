"""A dose taken under the eyes of a nurse."""

from uuid import UUID

from stepwell_contracts.events.medication import DoseObserved
from stepwell_contracts.http.medication import DoseNoted, ObserveDose
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict, Forbidden
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_medication.domain.access import OBSERVE_DOSE
from stepwell_medication.domain.doses import check_day_cap, treatment_day
from stepwell_medication.store.orders import dosed_days_before, find_order, given_on, insert_dose
from stepwell_medication.store.reference import find_zone
from stepwell_medication.store.rules import day_cap
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def observe_dose(tx: Transaction, order_id: UUID, command: ObserveDose) -> DoseNoted:
    """Record the dose on the facility's local day.

    Raises NotFound (`order_not_found`), Conflict (`order_ended`, `day_cap_exceeded`), Unavailable
    (`facility_not_known_yet`).
    """
    order = await find_order(tx, order_id)
    tx.authorize(OBSERVE_DOSE, Resource(tx.tenant, "order", order_id, order.facility_id))
    if tx.caller.staff_id is None:
        raise Forbidden("no_staff_id", "a dose needs a nurse by staff id")
    stream = await lock_patient(tx, order.patient_id)
    order = await find_order(tx, order_id)
    if order.state != "active":
        raise Conflict("order_ended", "the order has ended", rule="dose.active_order")
    zone = await find_zone(tx, order.facility_id)
    day = local_at(tx.now, zone).date()
    given = await given_on(tx, order_id, day)
    number = treatment_day(await dosed_days_before(tx, order_id, day))
    cap = await day_cap(tx, order.medicine, number, day)
    check_day_cap(cap, given, command.amount_mg)
    dose_id = new_id()
    await insert_dose(tx, dose_id, order_id, command.amount_mg, day, tx.caller.staff_id)
    event = DoseObserved(
        dose_id=dose_id,
        order_id=order_id,
        episode_id=order.episode_id,
        medicine=order.medicine,
        amount_mg=command.amount_mg,
        observed_by=tx.caller.staff_id,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
    return DoseNoted(
        dose_id=dose_id,
        given_at=tx.now,
        given_today_mg=given + command.amount_mg,
        cap_today_mg=cap.most_mg if cap else None,
    )
