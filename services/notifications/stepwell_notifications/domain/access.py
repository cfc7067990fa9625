"""What can be done in notifications, and who may do it."""

from stepwell_kernel.access import Action
from stepwell_kernel.codes import Role

READ_MESSAGES = Action(
    "notifications.read_messages",
    people=frozenset({Role.COUNSELOR, Role.SUPERVISOR, Role.SCHEDULER, Role.INTAKE_COORDINATOR, Role.OPERATIONS}),
)
