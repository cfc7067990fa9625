"""The next injection comes near: say that a visit is needed."""

from uuid import UUID

from stepwell_contracts.events.medication_orders import VisitNeeded
from stepwell_kernel.access import Resource
from stepwell_kernel.medication_codes import VisitReason
from stepwell_medication.domain.access import CALL_FOR_INJECTION
from stepwell_medication.domain.injection_plan import visit_in
from stepwell_medication.store.injection_rules import visit_rule
from stepwell_medication.store.injections import expected_injection
from stepwell_medication.store.orders import find_order
from stepwell_medication.store.reference import find_facility
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.duties import Duty, complete_duty
from stepwell_postgres.transaction import Transaction


async def call_for_injection(tx: Transaction, duty: Duty) -> None:
    """Tell it once, unless the order is over or waits for another injection; ends the duty with the effect."""
    order = await find_order(tx, UUID(duty.payload["order_id"]))
    tx.authorize(CALL_FOR_INJECTION, Resource(tx.tenant, "order", order.order_id, order.facility_id))
    stream = await lock_patient(tx, order.patient_id)
    order = await find_order(tx, order.order_id)
    expected = await expected_injection(tx, order.order_id)
    if order.state != "active" or expected is None or str(expected.visit_id) != duty.key:
        await complete_duty(tx, duty, code="superseded")
        return
    facility = await find_facility(tx, order.facility_id)
    rule = await visit_rule(tx, order.medicine, facility.day_of(tx.now))
    visit = visit_in(expected.window, rule, tx.now, facility.zone)
    event = VisitNeeded(
        visit_id=expected.visit_id,
        episode_id=order.episode_id,
        order_id=order.order_id,
        reason=VisitReason.INJECTION,
        minutes=rule.minutes,
        not_before=visit.not_before,
        not_after=visit.not_after,
        target_day=visit.target_day,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
    await complete_duty(tx, duty)
