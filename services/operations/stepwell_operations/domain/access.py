"""What can be seen in operations, and by whom."""

from stepwell_kernel.access import Action
from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Role

#: Those who follow whole journeys, with what was found and agreed.
WATCHERS = frozenset(
    {
        Role.OPERATIONS,
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
        Role.COUNSELOR,
        Role.INTAKE_COORDINATOR,
        Role.UTILIZATION_REVIEWER,
    }
)

#: All who work in a facility: they have tasks on its worklist, and see its rooms fill.
STAFF = WATCHERS | {Role.SCHEDULER, Role.NURSE, Role.PRESCRIBER}

#: Those who speak with patients about messages, and those who keep messages going.
CORRESPONDENTS = WATCHERS - {Role.UTILIZATION_REVIEWER}

PROGRAMS = frozenset({"cli", "operations"})

READ_JOURNEYS = Action("operations.read_journeys", people=WATCHERS, services=PROGRAMS)
READ_WORKLIST = Action("operations.read_worklist", people=STAFF, services=PROGRAMS)
READ_STATUS = Action("operations.read_status", people=WATCHERS, services=PROGRAMS)
READ_FACILITIES = Action("operations.read_facilities", people=STAFF, services=PROGRAMS)
READ_MESSAGES = Action("operations.read_messages", people=CORRESPONDENTS, services=PROGRAMS)
READ_FIGURES = Action("operations.read_figures", people=WATCHERS, services=PROGRAMS)


def opens_journeys(caller: Caller) -> bool:
    """Whether a journey that is named may be a link for the caller; for all others its id is text."""
    return READ_JOURNEYS.grants(caller)


def reads_messages(caller: Caller) -> bool:
    """Whether the caller may know of single messages and replies, on their own page or among what happened."""
    return READ_MESSAGES.grants(caller)
