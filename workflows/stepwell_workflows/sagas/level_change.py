"""Into care, between its levels, out of it for a while, and to another facility.

Medication goes on through all of them; it never stops because of a change of level.
"""

from stepwell_workflows.sagas.commands import CHANGE_PHASE, REPLACE_BOOKINGS, RESTORE_BOOKINGS
from stepwell_workflows.sagas.steps import Step

#: Only the row moves: admission, decline, waitlist, and the way back from a wait or a hold.
STANDING = (Step(CHANGE_PHASE),)

#: The seats are exchanged first, for none at a hold; if intake says no they stand again.
LEVEL_CHANGE = (
    Step(REPLACE_BOOKINGS, undo=RESTORE_BOOKINGS),
    Step(CHANGE_PHASE),
)
