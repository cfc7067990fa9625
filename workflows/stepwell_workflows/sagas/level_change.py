"""Into treatment, and down a level."""

from stepwell_workflows.sagas.commands import CHANGE_PHASE, REPLACE_BOOKINGS, RESTORE_BOOKINGS
from stepwell_workflows.sagas.steps import Step

ADMISSION = (Step(CHANGE_PHASE),)

STEP_DOWN = (
    Step(REPLACE_BOOKINGS, undo=RESTORE_BOOKINGS),
    Step(CHANGE_PHASE),
)
