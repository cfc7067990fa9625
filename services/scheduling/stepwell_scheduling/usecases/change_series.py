"""Let a series meet otherwise from a day on, or end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from stepwell_contracts.events.scheduling_timetable import SeriesChanged
from stepwell_contracts.http.scheduling_timetable import ChangeSeries, SeriesAltered
from stepwell_kernel.access import Resource
from stepwell_kernel.local_time import resolve_forward
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.access import CHANGE_SERIES
from stepwell_scheduling.domain.reference import Facility, Group
from stepwell_scheduling.domain.series import Occurrence, Pattern, Series, check_not_past, check_time
from stepwell_scheduling.store.reference import find_facility, find_group
from stepwell_scheduling.store.series import change_pattern, find_series, keep_gaps, occurrences_ahead
from stepwell_scheduling.usecases.cancel_session import call_off
from stepwell_scheduling.usecases.lock_roster import lock_roster, lock_seats
from stepwell_scheduling.usecases.move_sessions import Move, move_sessions, plan_move
from stepwell_scheduling.usecases.series_meetings import schedule_meetings
from stepwell_scheduling.usecases.start_series import horizon


async def change_series(tx: Transaction, series_id: UUID, command: ChangeSeries) -> SeriesAltered:
    """Move the meetings from that day on that follow the series, cancel those past its last day, add what is missing.

    Meetings that were cancelled stay so; one that was changed on its own keeps what it was given. All or nothing.
    Raises NotFound (`series_not_found`), Invalid (`offset_not_expected`, `room_does_not_fit`, `not_of_facility`),
    Conflict (`day_in_the_past`, `session_in_the_past`, `credential_missing`, `license_missing`,
    `patient_state_unknown`, `room_too_small`, and with their days `clinician_taken`, `room_taken`,
    `patients_taken`, `day_full`), Unavailable (`session_changing`).
    """
    series = await find_series(tx, series_id)
    tx.authorize(CHANGE_SERIES, Resource(tx.tenant, "series", series_id, series.facility_id))
    if command.starts_local is not None:
        check_time(command.starts_local)
    facility = await find_facility(tx, series.facility_id)
    today = facility.day_of(tx.now)
    check_not_past(command.from_day, today)
    check_not_past(command.until_day or today, today)
    stream = await lock_roster(
        tx,
        facility.facility_id,
        sessions=[one.session.session_id for one in await occurrences_ahead(tx, series_id, today)],
        groups=[series.group_id],
    )
    former = await find_series(tx, series_id)
    pattern = _pattern(former, command)
    changed = former.changed(pattern, command.until_day)
    await change_pattern(tx, changed, pattern)
    facility = await find_facility(tx, former.facility_id)
    change = _Change(stream, facility, await find_group(tx, former.group_id), former, changed, command)
    ahead = await _locked(tx, series_id, change)
    cancelled, moved = await _call_off(tx, change, ahead), await _move(tx, change, ahead)
    through = await horizon(tx, facility)
    meetings = await schedule_meetings(tx, stream, facility, change.group, changed, through)
    added = meetings.required()
    await keep_gaps(tx, series_id, {})
    tx.emit(stream, _told(change, moved, cancelled))
    return SeriesAltered(series_id=series_id, moved=moved, cancelled=cancelled, meetings=added)


@dataclass(frozen=True, slots=True)
class _Change:
    stream: Stream
    facility: Facility
    group: Group
    former: Series
    changed: Series
    command: ChangeSeries


def _pattern(former: Series, command: ChangeSeries) -> Pattern:
    from_day = max(command.from_day, former.from_day)
    pattern = former.pattern_on(from_day)
    return replace(
        pattern,
        from_day=from_day,
        starts=command.starts_local or pattern.starts,
        minutes=command.minutes or pattern.minutes,
        clinician_id=command.clinician_id or pattern.clinician_id,
        room_id=command.room_id or pattern.room_id,
    )


async def _locked(tx: Transaction, series_id: UUID, change: _Change) -> Sequence[Occurrence]:
    today = change.facility.day_of(tx.now)
    ahead = await occurrences_ahead(tx, series_id, today)
    await lock_seats(tx, [one.session.session_id for one in ahead])
    return await occurrences_ahead(tx, series_id, today)


async def _move(tx: Transaction, change: _Change, ahead: Sequence[Occurrence]) -> int:
    moves = []
    for one in ahead:
        kept = one.day < change.command.from_day or not change.changed.has(one.day)
        if kept or not one.follows(change.former.pattern_on(one.day)):
            continue
        move = await _planned(tx, change, one)
        if move.changes_anything:
            moves.append(move)
    await move_sessions(tx, change.stream, moves, change.command.reason_code)
    return len(moves)


async def _planned(tx: Transaction, change: _Change, one: Occurrence) -> Move:
    wish = change.changed.pattern_on(one.day).on(one.day)
    starts_at = resolve_forward(wish.starts_local, change.facility.zone)
    return await plan_move(tx, change.facility, change.group, one.session, one.arrangement, wish, starts_at)


async def _call_off(tx: Transaction, change: _Change, ahead: Sequence[Occurrence]) -> int:
    past = [one for one in ahead if not change.changed.has(one.day)]
    for one in past:
        await call_off(tx, change.stream, one.session, change.command.reason_code)
    return len(past)


def _told(change: _Change, moved: int, cancelled: int) -> SeriesChanged:
    return SeriesChanged(
        series_id=change.changed.series_id,
        facility_id=change.changed.facility_id,
        group_id=change.changed.group_id,
        from_day=change.command.from_day,
        until_day=change.changed.until_day,
        moved=moved,
        cancelled=cancelled,
    )
