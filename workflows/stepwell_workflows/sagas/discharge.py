"""Out of care: no seats ahead, then aftercare. Medication goes on; stopping it is never part of a discharge."""

from stepwell_workflows.sagas.commands import CHANGE_PHASE, REPLACE_BOOKINGS, RESTORE_BOOKINGS
from stepwell_workflows.sagas.steps import Step

DISCHARGE = (
    Step(REPLACE_BOOKINGS, undo=RESTORE_BOOKINGS),
    Step(CHANGE_PHASE),
)
