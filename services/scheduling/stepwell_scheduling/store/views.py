"""The read side of scheduling."""

from datetime import date, datetime
from uuid import UUID

from stepwell_contracts.http.scheduling import SessionView
from stepwell_contracts.http.scheduling_timetable import SeriesView
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.store.series import gaps_of, series_of_group

SESSIONS = """
select s.session_id, s.facility_id, s.program_id, s.group_id, s.modality, s.starts_at, s.ends_at, s.capacity, s.taken,
       s.clinician_id, s.room_id, s.setting, s.state, s.series_id, g.topic
from session s left join care_group g using (group_id)
where s.facility_id = $1 and s.starts_at >= $2 and s.starts_at < $3 and ($4::uuid is null or s.program_id = $4)
      and (s.state = 'scheduled' or $5)
order by s.starts_at, s.session_id
limit 500
"""

MISSING = """
select g.series_id, g.day::timestamp at time zone f.zone as due_at
from series_gap g join series s using (series_id) join facility f using (facility_id)
where s.facility_id = $1 and g.day >= ($2 at time zone f.zone)::date
order by due_at, g.series_id
"""

UNMARKED = """
select b.booking_id, b.episode_id, b.facility_id, s.ends_at
from booking b join session s using (session_id)
where b.facility_id = $1 and b.state = 'booked' and b.attendance is null and s.ends_at <= $2
      and (s.ends_at, b.booking_id) > ($3, $4)
order by s.ends_at, b.booking_id
limit $5
"""


async def sessions_between(
    tx: Transaction,
    facility_id: UUID,
    begin: datetime,
    end: datetime,
    program_id: UUID | None,
    *,
    cancelled: bool = False,
) -> tuple[SessionView, ...]:
    """Up to 500 sessions of a facility that start in [begin, end), by start; cancelled ones too if asked for."""
    rows = await tx.connection.fetch(SESSIONS, facility_id, begin, end, program_id, cancelled)
    return tuple(SessionView.model_validate(dict(row)) for row in rows)


async def series_views(tx: Transaction, group_id: UUID, today: date) -> tuple[SeriesView, ...]:
    """The series of a group as they meet on a day, with the days from then on that are left out or missing."""
    found = await series_of_group(tx, group_id)
    gaps = await gaps_of(tx, [series.series_id for series in found], today)
    views = []
    for series in found:
        pattern = series.pattern_on(max(today, series.from_day))
        view = SeriesView(
            series_id=series.series_id,
            group_id=series.group_id,
            weekday=series.weekday,
            starts_local=pattern.starts,
            minutes=pattern.minutes,
            clinician_id=pattern.clinician_id,
            room_id=pattern.room_id,
            setting=pattern.setting,
            from_day=series.from_day,
            until_day=series.until_day,
            exceptions=tuple(sorted(day for day in series.exceptions if day >= today)),
            gaps=tuple(gaps.get(series.series_id, ())),
        )
        views.append(view)
    return tuple(views)


async def missing_meetings(tx: Transaction, facility_id: UUID) -> list[tuple[UUID, datetime]]:
    """Days ahead for which no meeting of a series could be scheduled: the series and the start of the day."""
    rows = await tx.connection.fetch(MISSING, facility_id, tx.now)
    return [(row["series_id"], row["due_at"]) for row in rows]


async def unmarked_bookings(
    tx: Transaction, facility_id: UUID, ended_by: datetime, after: tuple[datetime, UUID], most: int
) -> list[tuple[UUID, UUID, UUID, datetime]]:
    """Bookings whose session has ended without attendance: booking, episode, facility, end; after a position."""
    rows = await tx.connection.fetch(UNMARKED, facility_id, ended_by, *after, most)
    return [(row["booking_id"], row["episode_id"], row["facility_id"], row["ends_at"]) for row in rows]
