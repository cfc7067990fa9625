"""Leave a day of a series out."""

from uuid import UUID

from stepwell_contracts.http.scheduling_timetable import DayExcepted, ExceptDay
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import CHANGE_SERIES
from stepwell_scheduling.domain.series import check_not_past
from stepwell_scheduling.domain.sessions import check_changeable
from stepwell_scheduling.store.reference import find_facility
from stepwell_scheduling.store.series import except_day, find_series, forget_gap, meeting_on
from stepwell_scheduling.usecases.cancel_session import call_off
from stepwell_scheduling.usecases.lock_roster import lock_roster, lock_seats


async def leave_day_out(tx: Transaction, series_id: UUID, command: ExceptDay) -> DayExcepted:
    """Note the exception and cancel the meeting of that day, if there is one; a repeat is answered alike.

    Raises NotFound (`series_not_found`), Invalid (`not_a_day_of_series`), Conflict (`day_in_the_past`,
    `session_started`), Unavailable (`session_changing`).
    """
    series = await find_series(tx, series_id)
    tx.authorize(CHANGE_SERIES, Resource(tx.tenant, "series", series_id, series.facility_id))
    facility = await find_facility(tx, series.facility_id)
    check_not_past(command.day, facility.day_of(tx.now))
    made = await meeting_on(tx, series_id, command.day)
    stream = await lock_roster(tx, facility.facility_id, sessions=[made] if made else [])
    if not (await find_series(tx, series_id)).has(command.day):
        problem = FieldProblem("day", "is not a day of the series")
        raise Invalid("not_a_day_of_series", "the series does not meet on that day", fields=(problem,))
    await except_day(tx, series_id, command.day, command.reason_code)
    await forget_gap(tx, series_id, command.day)
    made = await meeting_on(tx, series_id, command.day)
    if made is not None:
        ((session, _),) = await lock_seats(tx, [made])
        if not session.cancelled:
            check_changeable(session, tx.now)
            await call_off(tx, stream, session, command.reason_code)
    return DayExcepted(series_id=series_id, day=command.day, session_id=made)
