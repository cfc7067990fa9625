"""Put the meetings of a series on the timetable, up to a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from stepwell_contracts.http.scheduling_timetable import SeriesMeeting
from stepwell_kernel.errors import REJECTIONS, FieldProblem, StepwellError
from stepwell_kernel.local_time import resolve_forward
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.reference import Facility, Group
from stepwell_scheduling.domain.series import Series
from stepwell_scheduling.domain.sessions import Session
from stepwell_scheduling.store.series import days_with_meeting
from stepwell_scheduling.store.sessions import insert_session
from stepwell_scheduling.usecases.arrange import arrange_meeting
from stepwell_scheduling.usecases.schedule_session import meeting, scheduled
from stepwell_scheduling.usecases.seat_members import seat_members


@dataclass(frozen=True, slots=True)
class Meetings:
    """What was scheduled, by day, and which days were refused why."""

    scheduled: Mapping[date, Session]
    refused: Mapping[date, StepwellError]

    def required(self) -> tuple[SeriesMeeting, ...]:
        """The meetings, or the refusal that names each day that was refused."""
        if self.refused:
            raise _refusal(self.refused)
        return tuple(
            SeriesMeeting(session_id=session.session_id, day=day, starts_at=session.starts_at, ends_at=session.ends_at)
            for day, session in self.scheduled.items()
        )


async def schedule_meetings(
    tx: Transaction, stream: Stream, facility: Facility, group: Group, series: Series, through: date
) -> Meetings:
    """Schedule the days of a series through a day for which no meeting was made, and seat the group's members.

    A day whose meeting was cancelled is not made again. A local time that the clock change leaps over is taken an hour
    later, of a repeated one the first. The members and the facility are locked.
    """
    today = facility.day_of(tx.now)
    made = await days_with_meeting(tx, series.series_id, today)
    meetings: dict[date, Session] = {}
    refused: dict[date, StepwellError] = {}
    for day in series.days(today, through, facility.holidays):
        starts_at = resolve_forward(series.pattern_on(day).on(day).starts_local, facility.zone)
        if day in made or starts_at <= tx.now:
            continue
        try:
            async with tx.savepoint():
                meetings[day] = await _schedule(tx, stream, facility, group, series, day)
        except StepwellError as error:
            if error.kind not in REJECTIONS:
                raise
            refused[day] = error
    await seat_members(tx, list(meetings.values()))
    return Meetings(meetings, refused)


async def _schedule(
    tx: Transaction, stream: Stream, facility: Facility, group: Group, series: Series, day: date
) -> Session:
    wish = series.pattern_on(day).on(day)
    arrangement, seats = await arrange_meeting(tx, facility, group, wish)
    starts_at = resolve_forward(wish.starts_local, facility.zone)
    session = meeting(group, wish, starts_at, seats, series_id=series.series_id)
    await insert_session(tx, session, arrangement, series_day=day)
    tx.emit(stream, scheduled(group, session))
    return session


def _refusal(refused: Mapping[date, StepwellError]) -> StepwellError:
    """The first refusal; one that says what is wrong with the command as it is, another with all days it stands for."""
    first = next(iter(refused.values()))
    if first.fields:
        return first
    days = tuple(FieldProblem(day.isoformat(), error.detail, error.rule) for day, error in refused.items())
    return type(first)(first.code, first.detail, fields=days, rule=first.rule)
