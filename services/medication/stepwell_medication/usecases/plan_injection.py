"""Which injection an order waits for: its visit is asked for in time, and it is told when its window has passed."""

from stepwell_kernel.ids import new_id
from stepwell_medication.domain.injection_plan import Window, window_at_once, window_told
from stepwell_medication.store.injection_rules import injection_rules, visit_rule
from stepwell_medication.store.injections import expect_injection, forget_expected, last_injections
from stepwell_medication.store.orders import Order
from stepwell_medication.store.reference import find_facility
from stepwell_postgres.duties import cancel_duty, schedule_duty
from stepwell_postgres.transaction import Transaction

CALL_FOR_INJECTION_DUTY = "call_for_injection"
NOTE_OVERDUE_INJECTION_DUTY = "note_overdue_injection"


async def plan_first_injection(tx: Transaction, order: Order) -> None:
    """Have an order that was started wait for its first injection: at once, or when a depot before it asks for it.

    Does nothing for a medicine that is not injected. Raises Unavailable (`facility_not_known_yet`).
    """
    facility = await find_facility(tx, order.facility_id)
    today = facility.day_of(tx.now)
    rules = await injection_rules(tx, order.medicine, today)
    if rules is None:
        return
    window = window_at_once(await visit_rule(tx, order.medicine, today), tx.now, facility.zone)
    for last in await last_injections(tx, order.patient_id):
        if last.late_after >= today:
            window = max(window, window_told(last, facility.zone), key=lambda known: known.due_on)
    await plan_injection(tx, order, window, rules.window.rule)


async def plan_injection(tx: Transaction, order: Order, window: Window, rule_version: str) -> None:
    """Have the order wait for this injection, in place of the one that it waited for."""
    await drop_planned_injection(tx, order)
    facility = await find_facility(tx, order.facility_id)
    rule = await visit_rule(tx, order.medicine, facility.day_of(tx.now))
    visit_id = new_id()
    await expect_injection(tx, order, visit_id, window, window.due_at(facility.zone), rule_version)
    payload = {"order_id": str(order.order_id)}
    called_at, overdue_at = window.called_at(rule, facility.zone), window.overdue_at(facility.zone)
    await schedule_duty(tx, CALL_FOR_INJECTION_DUTY, str(visit_id), called_at, payload)
    await schedule_duty(tx, NOTE_OVERDUE_INJECTION_DUTY, str(visit_id), overdue_at, payload)


async def drop_planned_injection(tx: Transaction, order: Order) -> None:
    """Let the order wait for no injection: one was given, or the order is over."""
    visit_id = await forget_expected(tx, order.order_id)
    if visit_id is not None:
        await cancel_duty(tx, CALL_FOR_INJECTION_DUTY, str(visit_id))
        await cancel_duty(tx, NOTE_OVERDUE_INJECTION_DUTY, str(visit_id))
