"""Facilities: who is in care and who waits, sessions with their seats, open work."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from stepwell_contracts.http.operations_network import (
    FacilityRow,
    FacilityView,
    ProgramCensus,
    SessionSeats,
    WaitRow,
)
from stepwell_kernel.errors import NotFound
from stepwell_kernel.local_time import local_at
from stepwell_operations.domain.way import TREATED
from stepwell_operations.domain.weeks import DAYS, week_start
from stepwell_operations.store.census import census
from stepwell_operations.store.scope import facilities_of, within
from stepwell_postgres.transaction import Transaction

#: Places of each program. A patient of a track sits in all of its groups that admit their age band, so the smallest of
#: them bounds how many there can be; a group without a band admits all.
PLACES = """
select facility_id, program_id, sum(smallest) as places
from (
    select t.facility_id, t.program_id, t.track_id, band.age_band, min(g.capacity) as smallest
    from track t
    join lateral (
        select distinct age_band from care_group where tenant_id = t.tenant_id and track_id = t.track_id
    ) band on true
    join care_group g on g.tenant_id = t.tenant_id and g.track_id = t.track_id
         and (g.age_band is null or g.age_band = band.age_band)
    where band.age_band is not null
          or not exists (select from care_group other where other.tenant_id = t.tenant_id
                         and other.track_id = t.track_id and other.age_band is not null)
    group by t.facility_id, t.program_id, t.track_id, band.age_band
) bands
group by facility_id, program_id
"""

TAKEN = """
select count(*) from booking b where b.tenant_id = s.tenant_id and b.session_id = s.session_id and b.state = 'booked'
"""

#: A visit has one seat, which is taken: only the seats of groups say how full a facility is.
FACILITIES = f"""
select f.facility_id, f.neutral_name, f.zone, coalesce(j.in_care, 0) as in_care,
       coalesce(p.places, 0)::integer as places, coalesce(j.on_hold, 0) as on_hold,
       coalesce(j.waitlisted, 0) as waitlisted, coalesce(w.waiting, 0) as waiting_for_group,
       coalesce(s.offered, 0) as seats_offered, coalesce(s.taken, 0)::integer as seats_taken,
       coalesce(s.today, 0) as sessions_today, coalesce(t.open, 0) as open_tasks,
       coalesce(t.overdue, 0) as overdue_tasks
from facility f
left join (
    select facility_id, count(*) filter (where phase = any($4)) as in_care,
           count(*) filter (where phase = 'on_hold') as on_hold,
           count(*) filter (where phase = 'waitlisted') as waitlisted
    from journey group by facility_id
) j on j.facility_id = f.facility_id
left join (
    select facility_id, sum(places) as places from ({PLACES}) places group by facility_id
) p on p.facility_id = f.facility_id
left join (
    select j.facility_id, count(*) as waiting
    from group_wait w join journey j on j.tenant_id = w.tenant_id and j.episode_id = w.episode_id
    where w.outcome is null group by j.facility_id
) w on w.facility_id = f.facility_id
left join (
    select j.facility_id, count(*) as open, count(*) filter (where t.due_at < $3) as overdue
    from care_task t join journey j on j.tenant_id = t.tenant_id and j.episode_id = t.episode_id
    where t.state = 'open' group by j.facility_id
) t on t.facility_id = f.facility_id
left join lateral (
    select sum(s.capacity) filter (where s.group_id is not null) as offered,
           sum(({TAKEN})) filter (where s.group_id is not null) as taken,
           count(*) filter (where (s.starts_at at time zone f.zone)::date = ($3 at time zone f.zone)::date) as today
    from session s
    where s.facility_id = f.facility_id and s.state = 'scheduled'
          and s.starts_at >= date_trunc('week', $3 at time zone f.zone) at time zone f.zone
          and s.starts_at < (date_trunc('week', $3 at time zone f.zone) + interval '7 days') at time zone f.zone
) s on true
where {within("f.facility_id")}
order by f.neutral_name, f.facility_id
"""

PROGRAMS = f"""
select p.program_id, p.program_type, p.level_of_care, coalesce(j.in_care, 0) as in_care,
       coalesce(places.places, 0)::integer as places
from program p
left join (
    select program_id, count(*) as in_care from journey where facility_id = $1 and phase = any($2) group by program_id
) j on j.program_id = p.program_id
left join ({PLACES}) places on places.facility_id = p.facility_id and places.program_id = p.program_id
where p.facility_id = $1
order by p.level_of_care desc, p.program_id
"""

#: The program of a visit is that of the patient who has its seat.
SESSIONS = f"""
select s.session_id, s.group_id, coalesce(t.program_id, visit.program_id) as program_id, s.modality, g.topic, s.setting,
       s.starts_at, s.ends_at, s.capacity, ({TAKEN}) as taken, s.state
from session s
left join care_group g on g.tenant_id = s.tenant_id and g.group_id = s.group_id
left join track t on t.tenant_id = g.tenant_id and t.track_id = g.track_id
left join lateral (
    select j.program_id from booking b join journey j on j.tenant_id = b.tenant_id and j.episode_id = b.episode_id
    where s.group_id is null and b.tenant_id = s.tenant_id and b.session_id = s.session_id and b.state = 'booked'
    limit 1
) visit on true
where s.facility_id = $1 and s.starts_at >= $2::timestamp at time zone $4
      and s.starts_at < $3::timestamp at time zone $4
order by s.starts_at, s.session_id
"""

WAITS = """
select w.waitlist_id, w.episode_id, w.group_id, g.topic, g.modality, w.since
from group_wait w join journey j on j.tenant_id = w.tenant_id and j.episode_id = w.episode_id
left join care_group g on g.tenant_id = w.tenant_id and g.group_id = w.group_id
where w.outcome is null and j.facility_id = $1
order by w.since, w.waitlist_id
"""


async def facilities(tx: Transaction) -> Sequence[FacilityRow]:
    """The facilities in the caller's scope, by name."""
    rows = await tx.connection.fetch(FACILITIES, facilities_of(tx.caller), None, tx.now, sorted(TREATED))
    return [FacilityRow(**row) for row in rows]


async def find_facility(tx: Transaction, facility_id: UUID) -> FacilityRow:
    """A facility of the tenant, whatever the caller's: who asks for one is authorized for it.

    Raises NotFound (`facility_not_found`).
    """
    row = await tx.connection.fetchrow(FACILITIES, None, facility_id, tx.now, sorted(TREATED))
    if row is None:
        raise NotFound("facility_not_found", "there is no such facility")
    return FacilityRow(**row)


async def facility_view(tx: Transaction, facility: FacilityRow, day: date | None = None) -> FacilityView:
    """A facility that was found, with the sessions of the local week in which a day lies, of this one without a day."""
    starts_on = week_start(day or local_at(tx.now, facility.zone).date())
    return FacilityView(
        facility=facility,
        programs=tuple(await programs_at(tx, facility.facility_id)),
        week_starts_on=starts_on,
        sessions=tuple(await sessions_at(tx, facility, starts_on)),
        waits=tuple(await waits_at(tx, facility.facility_id)),
        census=tuple(await census(tx, facility.facility_id)),
    )


async def programs_at(tx: Transaction, facility_id: UUID) -> Sequence[ProgramCensus]:
    """The programs of a facility, the most intensive first."""
    return [ProgramCensus(**row) for row in await tx.connection.fetch(PROGRAMS, facility_id, sorted(TREATED))]


async def sessions_at(tx: Transaction, facility: FacilityRow, starts_on: date) -> Sequence[SessionSeats]:
    """The sessions of a local week of a facility, cancelled ones among them, in order."""
    ends_on = starts_on + timedelta(days=DAYS)
    rows = await tx.connection.fetch(SESSIONS, facility.facility_id, starts_on, ends_on, facility.zone)
    return [SessionSeats(**row) for row in rows]


async def waits_at(tx: Transaction, facility_id: UUID) -> Sequence[WaitRow]:
    """Who waits for a place in a group, the longest first."""
    return [WaitRow(**row) for row in await tx.connection.fetch(WAITS, facility_id)]
