"""Schedule the meetings of all series of a facility up to a day, week by week."""

from stepwell_contracts.activities import ActionResult, ExtendSeries
from stepwell_kernel.access import Resource
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import EXTEND_SERIES
from stepwell_scheduling.store.reference import find_facility, find_group
from stepwell_scheduling.store.series import keep_gaps, running_series
from stepwell_scheduling.usecases.lock_roster import lock_roster
from stepwell_scheduling.usecases.series_meetings import schedule_meetings


async def extend_series(tx: Transaction, command: ExtendSeries) -> ActionResult:
    """Schedule what is missing; a day that a rule or a clash stands against is kept as a gap for a scheduler.

    Such a day holds nothing else up and is tried again at the next extension. Raises Unavailable
    (`facility_not_known_yet`).
    """
    facility = await find_facility(tx, command.key.facility_id)
    tx.authorize(EXTEND_SERIES, Resource(tx.tenant, "facility", facility.facility_id, facility.facility_id))
    today = facility.day_of(tx.now)
    running = await running_series(tx, facility.facility_id, today, command.until_day)
    stream = await lock_roster(tx, facility.facility_id, groups=[series.group_id for series in running])
    facility = await find_facility(tx, facility.facility_id)
    for series in await running_series(tx, facility.facility_id, today, command.until_day):
        group = await find_group(tx, series.group_id)
        meetings = await schedule_meetings(tx, stream, facility, group, series, command.until_day)
        await keep_gaps(tx, series.series_id, {day: error.code for day, error in meetings.refused.items()})
    return ActionResult(accepted=True, subject_id=facility.facility_id)
