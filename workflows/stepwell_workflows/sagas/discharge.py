"""Out of care: no seats ahead, then aftercare. Medication goes on; it never stops because of a level change."""

from stepwell_workflows.sagas.commands import CANCEL_BOOKINGS, CHANGE_PHASE
from stepwell_workflows.sagas.steps import Step

DISCHARGE = (
    Step(CANCEL_BOOKINGS),
    Step(CHANGE_PHASE),
)
