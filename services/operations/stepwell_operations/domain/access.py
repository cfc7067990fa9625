"""What can be seen in operations, and by whom."""

from stepwell_kernel.access import Action
from stepwell_kernel.codes import Role

READ_JOURNEYS = Action(
    "operations.read_journeys",
    people=frozenset(
        {Role.OPERATIONS, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.COUNSELOR, Role.INTAKE_COORDINATOR}
    ),
    services=frozenset({"cli", "operations"}),
)
READ_STATUS = Action(
    "operations.read_status",
    people=frozenset(
        {Role.OPERATIONS, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.COUNSELOR, Role.INTAKE_COORDINATOR}
    ),
    services=frozenset({"cli", "operations"}),
)
