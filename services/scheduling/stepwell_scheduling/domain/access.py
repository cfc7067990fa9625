"""What can be done in scheduling, and who may do it."""

from stepwell_kernel.access import Action
from stepwell_kernel.codes import Role

PUBLISH_REFERENCE = Action("scheduling.publish_reference", people=frozenset({Role.ADMINISTRATOR}))
SCHEDULE_SESSION = Action("scheduling.schedule_session", people=frozenset({Role.SCHEDULER, Role.SUPERVISOR}))
READ_SESSIONS = Action(
    "scheduling.read_sessions",
    people=frozenset({Role.SCHEDULER, Role.COUNSELOR, Role.SUPERVISOR, Role.INTAKE_COORDINATOR, Role.NURSE}),
)
BOOK_SEAT = Action("scheduling.book_seat", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
CANCEL_BOOKING = Action("scheduling.cancel_booking", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
RECORD_ATTENDANCE = Action("scheduling.record_attendance", people=frozenset({Role.COUNSELOR, Role.NURSE}))
CLOSE_WEEK = Action("scheduling.close_week", journey=True)
REPLACE_BOOKINGS = Action("scheduling.replace_bookings", journey=True)
RESTORE_BOOKINGS = Action("scheduling.restore_bookings", journey=True)
