"""What a plan is made from: who is booked when, what the timetable offers, who is free."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import AgeBand, Modality, Role
from stepwell_kernel.scheduling_codes import Setting
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.attendance import ABSENT, Counted
from stepwell_scheduling.domain.credentials import Clinician
from stepwell_scheduling.domain.planning.values import Kept, Offer, Span

TRACKS = """
select program_id, array_agg(distinct kind order by kind) as kinds
from track
where program_id = any($1)
group by program_id
"""

CLAIMS = """
select resource_id, lower(during) as starts_at, upper(during) as ends_at
from claim
where kind = $1 and resource_id = any($2) and during && tstzrange($3, $4, '[)')
order by resource_id, during
"""

#: A booking of a missed session does not count.
BOOKED = """
select b.episode_id, s.session_id, s.modality, s.starts_at, s.ends_at
from booking b join session s using (session_id)
where b.episode_id = any($1) and b.state = 'booked' and s.starts_at >= $2 and s.starts_at < $3
      and (b.attendance is null or b.attendance <> all($4)) and b.counts_as is distinct from $5
order by s.starts_at, s.session_id
"""

GIVEN_BACK = """
select b.episode_id, b.session_id
from booking b join session s using (session_id)
where b.episode_id = any($1) and b.state = 'cancelled' and b.booked_by is null and b.given_up_by is null
      and s.starts_at >= $2 and s.starts_at < $3
"""

LAST_HELD = """
select b.episode_id, s.modality, max(s.starts_local::date) as day
from unnest($1::uuid[], $2::date[]) as week (episode_id, starts_on)
join booking b on b.episode_id = week.episode_id and b.state = 'booked'
join session s on s.session_id = b.session_id and s.starts_local::date < week.starts_on
where (b.attendance is null or b.attendance <> all($3)) and b.counts_as is distinct from $4
group by b.episode_id, s.modality
"""

FAMILIAR = """
select distinct b.episode_id, s.group_id, s.clinician_id
from booking b join session s using (session_id)
where b.episode_id = any($1) and b.state = 'booked'
"""

#: Rows of meetings that can still be joined are locked in the order of their ids, so that no seat is sold twice.
LOCK_OFFERS = """
select session_id
from session
where program_id = any($1) and state = 'scheduled' and group_id is not null and starts_at >= $2 and starts_at < $3
order by session_id
for update
"""

OFFERS = """
select s.session_id, s.program_id, s.group_id, s.clinician_id, s.modality, s.setting, g.language,
       s.starts_at, s.ends_at, s.capacity - s.taken as free_seats, coalesce(s.age_band, s.seated_band) as age_band
from session s join care_group g using (group_id)
where s.program_id = any($1) and s.state = 'scheduled' and g.is_open and s.starts_at > $2 and s.starts_at < $3
order by s.starts_at, s.session_id
"""

APART = """
select one, other from keep_apart where one = any($1)
union all
select other, one from keep_apart where other = any($1)
"""

SEATED = """
select session_id, array_agg(patient_id) as patients
from booking
where session_id = any($1) and patient_id = any($2) and state in ('booked', 'replaced')
group by session_id
"""

STAFF = """
select staff_id, roles, credentials, languages from staff where facility_id = $1 and not withdrawn order by staff_id
"""

ROOMS = "select room_id from room where facility_id = $1 and not withdrawn order by seats, room_id"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A clinician with the languages that they speak."""

    clinician: Clinician
    languages: frozenset[str]


async def track_kinds(tx: Transaction, program_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[str]]:
    """The kinds of tracks of each program."""
    rows = await tx.connection.fetch(TRACKS, list(program_ids))
    return {row["program_id"]: row["kinds"] for row in rows}


async def taken_times(
    tx: Transaction, kind: str, resource_ids: Iterable[UUID], during: Span
) -> Mapping[UUID, Sequence[Span]]:
    """When clinicians, rooms or patients are taken, by id."""
    found: defaultdict[UUID, list[Span]] = defaultdict(list)
    for row in await tx.connection.fetch(CLAIMS, kind, list(resource_ids), during.starts_at, during.ends_at):
        found[row["resource_id"]].append(Span(row["starts_at"], row["ends_at"]))
    return found


async def booked_between(tx: Transaction, episode_ids: Iterable[UUID], during: Span) -> Mapping[UUID, Sequence[Kept]]:
    """The bookings of episodes that stand and were not missed, by start."""
    found: defaultdict[UUID, list[Kept]] = defaultdict(list)
    rows = await tx.connection.fetch(
        BOOKED, list(episode_ids), during.starts_at, during.ends_at, sorted(ABSENT), Counted.ABSENT
    )
    for row in rows:
        span = Span(row["starts_at"], row["ends_at"])
        found[row["episode_id"]].append(Kept(row["session_id"], Modality(row["modality"]), span))
    return found


async def given_back(tx: Transaction, episode_ids: Iterable[UUID], during: Span) -> Mapping[UUID, frozenset[UUID]]:
    """The sessions in which each episode's booking was cancelled, other than by an exchange of seats."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in await tx.connection.fetch(GIVEN_BACK, list(episode_ids), during.starts_at, during.ends_at):
        found[row["episode_id"]].add(row["session_id"])
    return {episode_id: frozenset(sessions) for episode_id, sessions in found.items()}


async def last_held(tx: Transaction, weeks: Mapping[UUID, date]) -> Mapping[UUID, Mapping[Modality, date]]:
    """The local day of each episode's latest session of each modality before a day, where it was not missed."""
    found: defaultdict[UUID, dict[Modality, date]] = defaultdict(dict)
    rows = await tx.connection.fetch(LAST_HELD, list(weeks), list(weeks.values()), sorted(ABSENT), Counted.ABSENT)
    for row in rows:
        found[row["episode_id"]][Modality(row["modality"])] = row["day"]
    return found


async def familiar_to(tx: Transaction, episode_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """The groups and clinicians of each episode's sessions so far."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in await tx.connection.fetch(FAMILIAR, list(episode_ids)):
        found[row["episode_id"]] |= {row["clinician_id"], *((row["group_id"],) if row["group_id"] else ())}
    return {episode_id: frozenset(known) for episode_id, known in found.items()}


async def lock_offers(tx: Transaction, program_ids: Iterable[UUID], during: Span) -> None:
    """Lock the meetings of programs against new seats; patients and facility come first."""
    await tx.connection.execute(LOCK_OFFERS, list(program_ids), during.starts_at, during.ends_at)


async def offers_of(
    tx: Transaction, program_ids: Iterable[UUID], during: Span, apart: Mapping[UUID, frozenset[UUID]]
) -> tuple[Offer, ...]:
    """The meetings of open groups that lie ahead, by start, with those of the patients kept apart who sit in them."""
    begin = max(during.starts_at, tx.now)
    rows = await tx.connection.fetch(OFFERS, list(program_ids), begin, during.ends_at)
    watched = {other for others in apart.values() for other in others}
    seats = await tx.connection.fetch(SEATED, [row["session_id"] for row in rows], list(watched)) if watched else ()
    seated = {row["session_id"]: frozenset(row["patients"]) for row in seats}
    return tuple(_offer(row, seated.get(row["session_id"], frozenset())) for row in rows)


async def kept_apart(tx: Transaction, patient_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """From whom each patient is kept apart."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in await tx.connection.fetch(APART, list(patient_ids)):
        found[row["one"]].add(row["other"])
    return {patient_id: frozenset(others) for patient_id, others in found.items()}


async def staff_of(tx: Transaction, facility_id: UUID) -> list[StaffMember]:
    """Who works at a facility, by id."""
    return [
        StaffMember(
            Clinician(row["staff_id"], frozenset(Role(one) for one in row["roles"]), frozenset(row["credentials"])),
            frozenset(row["languages"]),
        )
        for row in await tx.connection.fetch(STAFF, facility_id)
    ]


async def rooms_of(tx: Transaction, facility_id: UUID) -> list[UUID]:
    """The rooms of a facility, the smallest first."""
    return [row["room_id"] for row in await tx.connection.fetch(ROOMS, facility_id)]


def _offer(row: asyncpg.Record, seated: frozenset[UUID]) -> Offer:
    return Offer(
        session_id=row["session_id"],
        program_id=row["program_id"],
        group_id=row["group_id"],
        clinician_id=row["clinician_id"],
        modality=Modality(row["modality"]),
        setting=Setting(row["setting"]),
        language=row["language"],
        span=Span(row["starts_at"], row["ends_at"]),
        free_seats=row["free_seats"],
        age_band=AgeBand(row["age_band"]) if row["age_band"] else None,
        seated=seated,
    )
