"""What a seat meets: the rest of the patient's day, and who sits in the session."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.seating import Neighbours

NEIGHBOURS = """
select (select coalesce(sum(extract(epoch from o.ends_at - o.starts_at)) / 60, 0)::integer from the_day o) as minutes,
       (select count(*) from the_day o where o.makes_up is not null) as make_ups,
       exists (select from keep_apart k
               join booking b on b.patient_id = case $2::uuid when k.one then k.other else k.one end
               where $2 in (k.one, k.other) and b.session_id = $1 and b.state in ('booked', 'replaced')) as kept_apart
"""

#: The patient's other seats on the local day of the session.
THE_DAY = """
with the_day as (
    select o.starts_at, o.ends_at, b.makes_up
    from session s join booking b on b.patient_id = $2 and b.state = 'booked' and b.booking_id <> $3
    join session o on o.session_id = b.session_id and o.starts_local::date = s.starts_local::date
    where s.session_id = $1
)
"""

BY_DAY = """
select s.starts_local::date as day, sum(extract(epoch from s.ends_at - s.starts_at))::integer / 60 as minutes
from booking b join session s using (session_id)
where b.patient_id = $1 and b.state = 'booked' and s.starts_at > $2
group by day
"""

ABOVE = """
select count(*)
from session s join booking b on b.session_id = s.session_id and b.state = 'booked'
where s.session_id = $1
      and $2 < (select sum(extract(epoch from o.ends_at - o.starts_at)) / 60
                from booking other join session o using (session_id)
                where other.patient_id = b.patient_id and other.state = 'booked'
                      and o.starts_local::date = s.starts_local::date)
"""

KEPT_APART_IN = """
select distinct b.session_id
from keep_apart k join booking b on b.patient_id = case $1::uuid when k.one then k.other else k.one end
where $1 in (k.one, k.other) and b.session_id = any($2) and b.state in ('booked', 'replaced')
"""

KEPT_APART_FROM = (
    "select case $1::uuid when one then other else one end as patient_id from keep_apart where $1 in (one, other)"
)

PART = (
    "insert into keep_apart (tenant_id, one, other, set_by, set_at) values ($1, $2, $3, $4, $5) on conflict do nothing"
)

JOIN_AGAIN = (
    "delete from keep_apart where $1 in (one, other) and case $1::uuid when one then other else one end = any($2)"
)

KNOWN_PATIENTS = "select distinct patient_id from ref_episode where patient_id = any($1)"

TOGETHER = """
select distinct b.session_id, s.starts_at
from booking b join session s using (session_id)
join booking o on o.session_id = b.session_id and o.state = 'booked' and o.patient_id = any($2)
where b.patient_id = $1 and b.state = 'booked' and s.starts_at > $3
order by s.starts_at, b.session_id
"""


async def neighbours(tx: Transaction, session_id: UUID, patient_id: UUID, booking_id: UUID) -> Neighbours:
    """What the patient's booking meets; the session's row must be locked, so that two kept apart see each other."""
    (row,) = await tx.connection.fetch(THE_DAY + NEIGHBOURS, session_id, patient_id, booking_id)
    return Neighbours(**row)


async def minutes_by_day(tx: Transaction, patient_id: UUID, after: datetime) -> Mapping[date, int]:
    """Minutes that the patient has booked in sessions that start after an instant, by local day."""
    return {row["day"]: row["minutes"] for row in await tx.connection.fetch(BY_DAY, patient_id, after)}


async def patients_above(tx: Transaction, session_id: UUID, most_minutes: int) -> int:
    """How many patients with a seat in the session have more minutes booked on its local day."""
    count: int = await tx.connection.fetchval(ABOVE, session_id, most_minutes)
    return count


async def kept_apart_in(tx: Transaction, patient_id: UUID, session_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the sessions in which somebody sits from whom the patient is kept apart."""
    rows = await tx.connection.fetch(KEPT_APART_IN, patient_id, session_ids)
    return frozenset(row["session_id"] for row in rows)


async def kept_apart_from(tx: Transaction, patient_id: UUID) -> frozenset[UUID]:
    """From whom the patient is kept apart."""
    return frozenset(row["patient_id"] for row in await tx.connection.fetch(KEPT_APART_FROM, patient_id))


async def keep_apart(tx: Transaction, patient_id: UUID, others: Iterable[UUID]) -> None:
    """Keep the patient apart from others, for both directions."""
    pairs = [sorted((patient_id, other)) for other in others]
    rows = [(tx.tenant, *pair, tx.caller.staff_id, tx.now) for pair in pairs]
    await tx.connection.executemany(PART, rows)


async def let_together(tx: Transaction, patient_id: UUID, others: Iterable[UUID]) -> None:
    """Let the patient sit with others again."""
    await tx.connection.execute(JOIN_AGAIN, patient_id, list(others))


async def known_patients(tx: Transaction, patient_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the patients who have an episode here."""
    rows = await tx.connection.fetch(KNOWN_PATIENTS, list(patient_ids))
    return frozenset(row["patient_id"] for row in rows)


async def sessions_together(tx: Transaction, patient_id: UUID, others: Iterable[UUID]) -> Sequence[UUID]:
    """Sessions ahead in which the patient has a seat with one of the others, by start."""
    return [row["session_id"] for row in await tx.connection.fetch(TOGETHER, patient_id, list(others), tx.now)]
