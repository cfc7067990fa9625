"""What can be done in medication, and who may do it."""

from stepwell_kernel.access import Action
from stepwell_kernel.codes import Role

START_ORDER = Action("medication.start_order", people=frozenset({Role.PRESCRIBER}))
OBSERVE_DOSE = Action("medication.observe_dose", people=frozenset({Role.NURSE}))
READ_ORDERS = Action("medication.read_orders", people=frozenset({Role.PRESCRIBER, Role.NURSE, Role.SUPERVISOR}))
