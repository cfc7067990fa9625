"""Order another dose, or other take-home days."""

from dataclasses import replace
from uuid import UUID

from stepwell_contracts.events.medication_orders import OrderChanged
from stepwell_contracts.http.medication_orders import ChangedOrder, ChangeOrder
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_kernel.medication_codes import Medicine, Protocol
from stepwell_medication.domain.access import CHANGE_ORDER, staff_of
from stepwell_medication.domain.facts import Decision
from stepwell_medication.store.orders import find_order, store_change
from stepwell_medication.store.reference import find_episode
from stepwell_medication.usecases.order_case import Terms, read_case
from stepwell_medication.usecases.settle_order import settle_order, views_of
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def change_order(tx: Transaction, order_id: UUID, command: ChangeOrder) -> ChangedOrder:
    """Set the new terms, if the gates let them pass; they are the same as at the start, asked anew.

    Raises NotFound (`order_not_found`), Invalid (`nothing_to_change`, `order_terms_invalid`, `override_repeated`),
    Conflict (`order_ended`, the code of a rule that stops, `override_without_finding`), Unavailable
    (`facility_not_known_yet`).
    """
    order = await find_order(tx, order_id)
    tx.authorize(CHANGE_ORDER, Resource(tx.tenant, "order", order_id, order.facility_id))
    prescriber = staff_of(tx.caller)
    stream = await lock_patient(tx, order.patient_id)
    order = await find_order(tx, order_id)
    if order.state != "active":
        raise Conflict("order_ended", "the order has ended", rule="order.active")
    changed = replace(
        order,
        daily_mg=order.daily_mg if command.daily_mg is None else command.daily_mg,
        take_home_days=order.take_home_days if command.take_home_days is None else command.take_home_days,
    )
    if changed == order:
        problem = FieldProblem("daily_mg", "and take_home_days are as before")
        raise Invalid("nothing_to_change", "the order says this already", fields=(problem,))
    terms = Terms(Medicine(order.medicine), Protocol(order.protocol), changed.daily_mg, changed.take_home_days)
    case = await read_case(tx, await find_episode(tx, order.episode_id), terms, order)
    overridden = await settle_order(tx, changed, Decision.CHANGE, case, command.overrides, prescriber)
    await store_change(tx, order_id, changed.daily_mg, changed.take_home_days)
    event = OrderChanged(
        order_id=order_id,
        episode_id=order.episode_id,
        medicine=Medicine(order.medicine),
        daily_mg=changed.daily_mg,
        take_home_days=changed.take_home_days,
        rule_version=case.rule_version,
        overridden=overridden,
        changed_by=prescriber,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
    return ChangedOrder(
        order_id=order_id,
        daily_mg=changed.daily_mg,
        take_home_days=changed.take_home_days,
        rule_version=case.rule_version,
        findings=views_of(case.findings, tx.now),
    )
