"""End an order."""

from uuid import UUID

from stepwell_contracts.events.medication_orders import OrderEnded
from stepwell_contracts.http.medication_orders import EndOrder, OrderOver
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_kernel.medication_codes import Medicine, OrderEnd
from stepwell_medication.domain.access import END_ORDER
from stepwell_medication.store.orders import Order, active_orders, find_order, store_end
from stepwell_medication.usecases.plan_injection import drop_planned_injection
from stepwell_messaging.streams import lock_patient, patient_stream
from stepwell_postgres.transaction import Transaction


async def end_order(tx: Transaction, order_id: UUID, command: EndOrder) -> OrderOver:
    """End the order; what its rules found and its doses stay.

    Raises NotFound (`order_not_found`), Conflict (`order_ended`).
    """
    order = await find_order(tx, order_id)
    tx.authorize(END_ORDER, Resource(tx.tenant, "order", order_id, order.facility_id))
    await lock_patient(tx, order.patient_id)
    order = await find_order(tx, order_id)
    if order.state != "active":
        raise Conflict("order_ended", "the order has ended", rule="order.active")
    await end_now(tx, order, command.reason)
    return OrderOver(order_id=order_id, reason=command.reason, ended_at=tx.now)


async def end_orders_of_deceased(tx: Transaction, patient_id: UUID) -> None:
    """End whatever goes on for a patient who died, at every facility."""
    await lock_patient(tx, patient_id)
    for order_id in await active_orders(tx, patient_id):
        await end_now(tx, await find_order(tx, order_id), OrderEnd.LEFT_CARE)


async def end_now(tx: Transaction, order: Order, reason: OrderEnd) -> None:
    """End an active order whose patient is locked, and drop what was planned for it."""
    await store_end(tx, order.order_id, reason)
    await drop_planned_injection(tx, order)
    event = OrderEnded(
        order_id=order.order_id, episode_id=order.episode_id, medicine=Medicine(order.medicine), reason=reason
    )
    tx.emit(patient_stream(tx, order.patient_id), event, episode_id=order.episode_id)
