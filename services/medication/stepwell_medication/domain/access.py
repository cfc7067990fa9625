"""What can be done in medication, and who may do it."""

from uuid import UUID

from stepwell_kernel.access import Action
from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Forbidden

START_ORDER = Action("medication.start_order", people=frozenset({Role.PRESCRIBER}))
CHANGE_ORDER = Action("medication.change_order", people=frozenset({Role.PRESCRIBER}))
END_ORDER = Action("medication.end_order", people=frozenset({Role.PRESCRIBER}))
RECORD_CHECK = Action("medication.record_check", people=frozenset({Role.PRESCRIBER, Role.NURSE}))
CHECK_MONITORING = Action("medication.check_monitoring", people=frozenset({Role.PRESCRIBER, Role.NURSE}))
LIST_MEDICINES = Action("medication.list_medicines", people=frozenset({Role.PRESCRIBER, Role.NURSE}))

OBSERVE_DOSE = Action("medication.observe_dose", people=frozenset({Role.NURSE}))
DISPENSE_TAKE_HOME = Action("medication.dispense_take_home", people=frozenset({Role.NURSE, Role.PRESCRIBER}))
HOLD_DOSING = Action("medication.hold_dosing", people=frozenset({Role.NURSE, Role.PRESCRIBER}))
RESUME_DOSING = Action("medication.resume_dosing", people=frozenset({Role.PRESCRIBER}))
OVERRIDE_LIMIT = Action("medication.override_limit", people=frozenset({Role.PRESCRIBER}))
NOTE_MISSED_DAY = Action("medication.note_missed_day", duty=True)
READ_ORDERS = Action("medication.read_orders", people=frozenset({Role.PRESCRIBER, Role.NURSE, Role.SUPERVISOR}))

GIVE_INJECTION = Action("medication.give_injection", people=frozenset({Role.NURSE, Role.PRESCRIBER}))
CALL_FOR_INJECTION = Action("medication.call_for_injection", duty=True)
NOTE_OVERDUE_INJECTION = Action("medication.note_overdue_injection", duty=True)

KEEP_STOCK = Action("medication.keep_stock", people=frozenset({Role.NURSE, Role.SUPERVISOR}))
DISPENSE_STOCK = Action("medication.dispense_stock", people=frozenset({Role.NURSE, Role.PRESCRIBER}))
REPORT_DISCREPANCY = Action("medication.report_discrepancy", people=frozenset({Role.SUPERVISOR}))
READ_STOCK = Action(
    "medication.read_stock",
    people=frozenset({Role.NURSE, Role.PRESCRIBER, Role.SUPERVISOR, Role.ADMINISTRATOR}),
)

DRAW_TESTS = Action("medication.draw_tests", people=frozenset({Role.NURSE, Role.SUPERVISOR}), journey=True)
READ_DRAWS = Action("medication.read_draws", people=frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}))
ORDER_TEST = Action("medication.order_test", people=frozenset({Role.PRESCRIBER, Role.NURSE, Role.COUNSELOR}))
COLLECT_SPECIMEN = Action("medication.collect_specimen", people=frozenset({Role.NURSE}))
END_CALL_IN = Action("medication.end_call_in", duty=True)
RECORD_TEST_RESULT = Action("medication.record_test_result", people=frozenset({Role.NURSE, Role.PRESCRIBER}))


def staff_of(caller: Caller) -> UUID:
    """The member of staff who acts; Forbidden (`no_staff_id`) for a caller who is none."""
    if caller.staff_id is None:
        raise Forbidden("no_staff_id", "only a member of staff can do this")
    return caller.staff_id
