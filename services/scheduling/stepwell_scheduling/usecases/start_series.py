"""Start a weekly series of a group's meetings."""

from datetime import date, timedelta
from uuid import UUID

from stepwell_contracts.events.scheduling_timetable import SeriesStarted
from stepwell_contracts.http.scheduling_timetable import SeriesPlanned, StartSeries
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import START_SERIES
from stepwell_scheduling.domain.reference import Facility, Group
from stepwell_scheduling.domain.series import Pattern, Series, check_days, check_not_past, check_time
from stepwell_scheduling.store.reference import find_facility, find_group
from stepwell_scheduling.store.series import insert_series
from stepwell_scheduling.store.timetable_rules import calendar_rule
from stepwell_scheduling.usecases.lock_roster import lock_roster
from stepwell_scheduling.usecases.series_meetings import schedule_meetings

LEFT_OUT_AT_START = "left_out_at_start"


async def start_series(tx: Transaction, group_id: UUID, command: StartSeries) -> SeriesPlanned:
    """Store the series and schedule its meetings up to the facility's horizon, all or none of them.

    Raises NotFound (`group_not_found`), Invalid (`offset_not_expected`, `series_days`, `room_does_not_fit`,
    `not_of_facility`), Conflict (`day_in_the_past`, `credential_missing`, `license_missing`, `patient_state_unknown`,
    and with their days `clinician_taken`, `room_taken`).
    """
    group = await find_group(tx, group_id)
    tx.authorize(START_SERIES, Resource(tx.tenant, "group", group_id, group.facility_id))
    check_time(command.starts_local)
    series = _series(group, command)
    check_days(series)
    stream = await lock_roster(tx, group.facility_id, groups=[group_id])
    group = await find_group(tx, group_id)
    facility = await find_facility(tx, group.facility_id)
    check_not_past(series.from_day, facility.day_of(tx.now))
    await insert_series(tx, series, LEFT_OUT_AT_START)
    through = await horizon(tx, facility)
    meetings = (await schedule_meetings(tx, stream, facility, group, series, through)).required()
    event = SeriesStarted(
        series_id=series.series_id,
        facility_id=series.facility_id,
        group_id=group_id,
        from_day=series.from_day,
        until_day=series.until_day,
        meetings=len(meetings),
    )
    tx.emit(stream, event)
    return SeriesPlanned(series_id=series.series_id, meetings=meetings)


async def horizon(tx: Transaction, facility: Facility) -> date:
    """Through which local day the meetings of series are scheduled now."""
    today = facility.day_of(tx.now)
    rule = await calendar_rule(tx, facility, today)
    return today + timedelta(days=rule.series_days_ahead)


def _series(group: Group, command: StartSeries) -> Series:
    pattern = Pattern(
        command.from_day,
        command.starts_local,
        command.minutes,
        command.clinician_id,
        command.room_id,
        command.setting,
    )
    return Series(
        new_id(),
        group.facility_id,
        group.group_id,
        command.weekday,
        command.from_day,
        command.until_day,
        (pattern,),
        frozenset(command.exceptions),
    )
