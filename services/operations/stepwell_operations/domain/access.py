"""What can be seen in operations, and by whom."""

from stepwell_kernel.access import Action
from stepwell_kernel.codes import Role

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
PROGRAMS = frozenset({"cli", "operations"})

READ_JOURNEYS = Action("operations.read_journeys", people=WATCHERS, services=PROGRAMS)
READ_WORKLIST = Action("operations.read_worklist", people=WATCHERS, services=PROGRAMS)
READ_STATUS = Action("operations.read_status", people=WATCHERS, services=PROGRAMS)
