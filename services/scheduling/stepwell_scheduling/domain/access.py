"""What can be done in scheduling, and who may do it."""

from stepwell_kernel.access import Action
from stepwell_kernel.codes import Role

PUBLISH_REFERENCE = Action("scheduling.publish_reference", people=frozenset({Role.ADMINISTRATOR}))
SCHEDULE_SESSION = Action("scheduling.schedule_session", people=frozenset({Role.SCHEDULER, Role.SUPERVISOR}))
CHANGE_SESSION = Action("scheduling.change_session", people=frozenset({Role.SCHEDULER, Role.SUPERVISOR}))
CANCEL_SESSION = Action("scheduling.cancel_session", people=frozenset({Role.SCHEDULER, Role.SUPERVISOR}))
START_SERIES = Action("scheduling.start_series", people=frozenset({Role.SCHEDULER, Role.SUPERVISOR}))
CHANGE_SERIES = Action("scheduling.change_series", people=frozenset({Role.SCHEDULER, Role.SUPERVISOR}))
EXTEND_SERIES = Action("scheduling.extend_series", journey=True)
READ_CALENDAR = Action("scheduling.read_calendar", journey=True)
SCHEDULE_VISIT = Action("scheduling.schedule_visit", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
READ_SESSIONS = Action(
    "scheduling.read_sessions",
    people=frozenset({Role.SCHEDULER, Role.COUNSELOR, Role.SUPERVISOR, Role.INTAKE_COORDINATOR, Role.NURSE}),
)
BOOK_SEAT = Action("scheduling.book_seat", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
CANCEL_BOOKING = Action("scheduling.cancel_booking", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
MOVE_BOOKING = Action("scheduling.move_booking", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
BOOK_MAKE_UP = Action("scheduling.book_make_up", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
JOIN_GROUP = Action("scheduling.join_group", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
LEAVE_GROUP = Action("scheduling.leave_group", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
JOIN_WAITLIST = Action("scheduling.join_waitlist", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
LEAVE_WAITLIST = Action("scheduling.leave_waitlist", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
KEEP_APART = Action("scheduling.keep_apart", people=frozenset({Role.SUPERVISOR, Role.COUNSELOR}))
SET_AVAILABILITY = Action("scheduling.set_availability", people=frozenset({Role.SCHEDULER, Role.COUNSELOR}))
PLAN_WEEK = Action("scheduling.plan_week", people=frozenset({Role.SCHEDULER}))
READ_PLANS = Action(
    "scheduling.read_plans", people=frozenset({Role.SCHEDULER, Role.COUNSELOR, Role.SUPERVISOR, Role.NURSE})
)
RECORD_ATTENDANCE = Action("scheduling.record_attendance", people=frozenset({Role.COUNSELOR, Role.NURSE}))
CLOSE_WEEK = Action("scheduling.close_week", journey=True)
REPLACE_BOOKINGS = Action("scheduling.replace_bookings", journey=True)
RESTORE_BOOKINGS = Action("scheduling.restore_bookings", journey=True)
PLAN_FACILITY_WEEK = Action("scheduling.plan_facility_week", journey=True)
PLAN_EPISODE = Action("scheduling.plan_episode", journey=True)
BOOK_VISIT = Action("scheduling.book_visit", journey=True)
