"""What people would rather look at than read: census, hours met per week, time to first contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from stepwell_contracts.http.operations_network import Figures, FirstContactBand, WeekHours
from stepwell_operations.store.census import LOOK_BACK_DAYS, census, today
from stepwell_operations.store.scope import facilities_of, within
from stepwell_operations.store.stays import STAY_AT_FIRST_CONTACT, STAY_OF_WEEK
from stepwell_postgres.transaction import Transaction

#: Where a band of hours to the first contact ends and the next begins; the last has no end.
BOUNDS = (0, 4, 24, 48, 72, 168)

WEEKS = f"""
select w.week_starts_on, count(*) as episodes, count(*) filter (where w.shortfall_minutes = 0) as met,
       sum(w.required_minutes)::integer as required_minutes, sum(w.attended_minutes)::integer as attended_minutes
from episode_week w {STAY_OF_WEEK}
where {within("stay.facility_id")} and w.week_starts_on >= $3
group by w.week_starts_on
order by w.week_starts_on
"""

#: First contacts of earlier days are not even asked where they were.
REACHED = f"""
with reached as (
    select extract(epoch from j.first_contact_at - j.opened_at) / 3600 as hours
    from journey j {STAY_AT_FIRST_CONTACT}
    where {within("stay.facility_id")}
          and j.first_contact_at > $5::timestamp at time zone 'UTC' - interval '1 day'
          and (j.first_contact_at at time zone stay.zone)::date >= $5
)
select band.from_hours, band.to_hours, count(reached.hours) as referrals,
       (select percentile_cont(0.5) within group (order by hours) from reached) as median
from unnest($3::integer[], $4::integer[]) as band (from_hours, to_hours)
left join reached on (reached.hours > band.from_hours or band.from_hours = 0)
     and (band.to_hours is null or reached.hours <= band.to_hours)
group by band.from_hours, band.to_hours
order by band.from_hours
"""

NOT_REACHED = f"""
select count(*) from journey j
where {within("j.facility_id")} and j.phase = 'referral' and j.first_contact_at is null
"""


@dataclass(frozen=True, slots=True)
class FirstContacts:
    """First contacts by how long they took, the median in hours, and how many referrals wait for theirs still."""

    bands: Sequence[FirstContactBand]
    median_hours: float | None
    not_reached: int


async def figures(tx: Transaction, facility_id: UUID | None = None) -> Figures:
    """The figures of a facility, or of all in the caller's scope, each of the days of the census."""
    since = await today(tx, facility_id) - timedelta(days=LOOK_BACK_DAYS - 1)
    contacts = await first_contacts(tx, facility_id, since)
    return Figures(
        census=tuple(await census(tx, facility_id)),
        weeks=tuple(await week_hours(tx, facility_id, since)),
        first_contact=tuple(contacts.bands),
        first_contact_median_hours=contacts.median_hours,
        not_reached=contacts.not_reached,
    )


async def week_hours(tx: Transaction, facility_id: UUID | None, since: date) -> Sequence[WeekHours]:
    """Closed weeks that began on a local day or after it, by the day on which they did."""
    return [WeekHours(**row) for row in await tx.connection.fetch(WEEKS, facilities_of(tx.caller), facility_id, since)]


async def first_contacts(tx: Transaction, facility_id: UUID | None, since: date) -> FirstContacts:
    """How long it took until referrals were reached that were on a local day or after it, and who waits today."""
    scope = facilities_of(tx.caller)
    rows = await tx.connection.fetch(REACHED, scope, facility_id, BOUNDS, (*BOUNDS[1:], None), since)
    bands = [FirstContactBand(**{name: row[name] for name in FirstContactBand.model_fields}) for row in rows]
    return FirstContacts(bands, rows[0]["median"], await tx.connection.fetchval(NOT_REACHED, scope, facility_id))
