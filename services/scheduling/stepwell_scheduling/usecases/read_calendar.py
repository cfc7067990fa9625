"""When the recurring work of a facility is done."""

from stepwell_contracts.activities import CalendarPolicy, ReadCalendar
from stepwell_kernel.access import Resource
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import READ_CALENDAR
from stepwell_scheduling.store.reference import find_facility
from stepwell_scheduling.store.timetable_rules import calendar_rule


async def read_calendar(tx: Transaction, question: ReadCalendar) -> CalendarPolicy:
    """The calendar rules in force at the instant, with the facility's zone.

    Raises Unavailable (`facility_not_known_yet`).
    """
    tx.authorize(READ_CALENDAR, Resource(tx.tenant, "facility", question.facility_id, question.facility_id))
    facility = await find_facility(tx, question.facility_id)
    return await calendar_rule(tx, facility, facility.day_of(question.as_of))
