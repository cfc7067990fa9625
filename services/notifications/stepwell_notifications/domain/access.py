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
READ_PROVIDERS = Action("notifications.read_providers", people=frozenset({Role.OPERATIONS, Role.ADMINISTRATOR}))
READ_WORKLIST = Action("notifications.read_worklist", people=READERS | CLINICIANS)
READ_PAGES = Action("notifications.read_pages", people=READERS | CLINICIANS)
ACKNOWLEDGE_PAGE = Action("notifications.acknowledge_page", people=CLINICIANS)

SET_ON_CALL = Action("notifications.set_on_call", people=frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR}))
#: The answer has the addresses of staff.
READ_ON_CALL = Action("notifications.read_on_call", people=frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR}))

#: Whoever talks to patients hears what they want.
CARE_STAFF = CLINICIANS | {Role.SCHEDULER, Role.INTAKE_COORDINATOR}

ASK_TO_CALL = Action("notifications.ask_to_call", people=CARE_STAFF)

SET_PREFERENCES = Action("notifications.set_preferences", people=CARE_STAFF)
TAKE_OPT_OUT = Action("notifications.take_opt_out", people=CARE_STAFF)
TAKE_OPT_IN = Action("notifications.take_opt_in", people=CARE_STAFF)
READ_PREFERENCES = Action("notifications.read_preferences", people=CARE_STAFF | {Role.OPERATIONS})
READ_REPLIES = Action("notifications.read_replies", people=READERS | CLINICIANS)

#: A provider proves who it is by its signature; it has no token.
SMS_PROVIDER = "sms_provider"
TAKE_RECEIPT = Action("notifications.take_receipt", services=frozenset({SMS_PROVIDER}))
TAKE_REPLY = Action("notifications.take_reply", services=frozenset({SMS_PROVIDER}))

SET_SENDER_NUMBERS = Action("notifications.set_sender_numbers", people=frozenset({Role.ADMINISTRATOR}))
READ_SENDER_NUMBERS = Action(
    "notifications.read_sender_numbers", people=frozenset({Role.ADMINISTRATOR, Role.OPERATIONS})
)


def staff_of(caller: Caller) -> UUID:
    """The member of staff who acts; Forbidden (`staff_only`) for a caller who is none."""
    if caller.staff_id is None:
        raise Forbidden("staff_only", "only a member of staff can do this")
    return caller.staff_id
