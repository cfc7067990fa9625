"""The census over time: in which phases episodes stood at the end of each local day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, timedelta
from uuid import UUID

from stepwell_contracts.http.operations_network import CensusDay
from stepwell_kernel.local_time import local_at
from stepwell_operations.domain.way import ENDED
from stepwell_operations.store.scope import facilities_of, within
from stepwell_postgres.transaction import Transaction

#: How far back the views look, in local days, today among them.
LOOK_BACK_DAYS = 60

ZONES = f"select distinct zone from facility where {within('facility_id')}"

#: A stay in a phase is a step up on the local day of its facility on which it began, and one down on that on which it
#: ended; what stood before the first day steps up on that. Stays that ended earlier are not even read.
CENSUS = f"""
with stays as (
    select p.phase, coalesce(f.zone, 'UTC') as zone, p.from_at, greatest(p.from_at, p.to_at) as to_at
    from episode_phase p
    left join facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id
    where p.phase <> all($6::text[]) and p.to_at > $3::timestamp at time zone 'UTC' - interval '1 day'
          and p.from_at <= $5
          and {within("p.facility_id")}
), steps as (
    select day, phase, sum(step) as step
    from (
        select greatest((from_at at time zone zone)::date, $3) as day, phase, 1 as step from stays
        union all
        select greatest((to_at at time zone zone)::date, $3), phase, -1 from stays where to_at <= $5
    ) moves
    group by day, phase
)
select days.day::date as day, steps.phase, sum(steps.step)::integer as episodes
from generate_series($3::timestamp, $4::timestamp, interval '1 day') as days (day)
join steps on steps.day <= days.day
group by days.day, steps.phase
having sum(steps.step) > 0
order by days.day, steps.phase
"""


async def census(tx: Transaction, facility_id: UUID | None = None) -> Sequence[CensusDay]:
    """The last local days of a facility or of all in the caller's scope, today last; who left care is not counted."""
    scope = facilities_of(tx.caller)
    last = await today(tx, facility_id)
    first = last - timedelta(days=LOOK_BACK_DAYS - 1)
    counts: dict[date, dict[str, int]] = defaultdict(dict)
    for row in await tx.connection.fetch(CENSUS, scope, facility_id, first, last, tx.now, sorted(ENDED)):
        counts[row["day"]][row["phase"]] = row["episodes"]
    each = (first + timedelta(days=number) for number in range(LOOK_BACK_DAYS))
    return [CensusDay(day=day, phases=counts.get(day, {})) for day in each]


async def today(tx: Transaction, facility_id: UUID | None = None) -> date:
    """The local day at a facility; of several the latest."""
    rows = await tx.connection.fetch(ZONES, facilities_of(tx.caller), facility_id)
    days = [local_at(tx.now, row["zone"]).date() for row in rows]
    return max(days, default=tx.now.astimezone(UTC).date())
