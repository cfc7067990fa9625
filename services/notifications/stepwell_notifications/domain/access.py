"""What can be done in notifications, and who may do it."""

from uuid import UUID

from stepwell_kernel.access import Action
from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Forbidden

READERS = frozenset({Role.COUNSELOR, Role.SUPERVISOR, Role.SCHEDULER, Role.INTAKE_COORDINATOR, Role.OPERATIONS})

#: Who can take a crisis over.
CLINICIANS = frozenset({Role.COUNSELOR, Role.NURSE, Role.PRESCRIBER, Role.SUPERVISOR})

READ_MESSAGES = Action("notifications.read_messages", people=READERS)
READ_WORKLIST = Action("notifications.read_worklist", people=READERS | CLINICIANS)
READ_PAGES = Action("notifications.read_pages", people=READERS | CLINICIANS)
ACKNOWLEDGE_PAGE = Action("notifications.acknowledge_page", people=CLINICIANS)

SET_ON_CALL = Action("notifications.set_on_call", people=frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR}))
#: The answer has the addresses of staff.
READ_ON_CALL = Action("notifications.read_on_call", people=frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR}))


def staff_of(caller: Caller) -> UUID:
    """The member of staff who acts; Forbidden (`staff_only`) for a caller who is none."""
    if caller.staff_id is None:
        raise Forbidden("staff_only", "only a member of staff can do this")
    return caller.staff_id
