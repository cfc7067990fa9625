"""The window of an injection has passed without it."""

from uuid import UUID

from stepwell_contracts.events.medication_giving import InjectionOverdue
from stepwell_kernel.access import Resource
from stepwell_kernel.medication_codes import Medicine
from stepwell_medication.domain.access import NOTE_OVERDUE_INJECTION
from stepwell_medication.domain.injection_plan import regular_window
from stepwell_medication.store.injection_rules import injection_rules
from stepwell_medication.store.injections import expected_injection, injections_of, mark_overdue
from stepwell_medication.store.orders import Order, find_order
from stepwell_medication.store.reference import find_facility
from stepwell_medication.usecases.plan_injection import plan_injection
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.duties import Duty, complete_duty
from stepwell_postgres.transaction import Transaction


async def note_overdue_injection(tx: Transaction, duty: Duty) -> None:
    """Tell it once, unless the order is over or waits for another injection; ends the duty with the effect.

    After the second dose of a start, the order waits for the regular one that follows the first.
    """
    order = await find_order(tx, UUID(duty.payload["order_id"]))
    tx.authorize(NOTE_OVERDUE_INJECTION, Resource(tx.tenant, "order", order.order_id, order.facility_id))
    stream = await lock_patient(tx, order.patient_id)
    order = await find_order(tx, order.order_id)
    expected = await expected_injection(tx, order.order_id)
    if order.state != "active" or expected is None or str(expected.visit_id) != duty.key:
        await complete_duty(tx, duty, code="superseded")
        return
    event = InjectionOverdue(
        order_id=order.order_id,
        episode_id=order.episode_id,
        medicine=Medicine(order.medicine),
        due_on=expected.window.due_on,
        late_after=expected.window.late_after,
        rule_version=expected.rule_version,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
    await complete_duty(tx, duty)
    if expected.window.extra:
        await _go_on(tx, order)
    else:
        await mark_overdue(tx, order.order_id)


async def _go_on(tx: Transaction, order: Order) -> None:
    facility = await find_facility(tx, order.facility_id)
    rules = await injection_rules(tx, order.medicine, facility.day_of(tx.now))
    last = (await injections_of(tx, order.order_id))[-1]
    if rules is not None:
        window = regular_window(rules.window, last.counts_from, facility.zone)
        await plan_injection(tx, order, window, rules.window.rule)
