"""Reference data of facilities: what is published replaces what was known."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from stepwell_contracts.http.scheduling import PublishReference
from stepwell_kernel.codes import AgeBand, Modality, Role
from stepwell_kernel.errors import NotFound, Unavailable
from stepwell_kernel.scheduling_codes import WorkshopTopic
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.credentials import Clinician
from stepwell_scheduling.domain.reference import Facility, Group, GroupSizeRule

KEEP_FACILITY = """
insert into facility (facility_id, tenant_id, neutral_name, callback_number, zone, holidays, jurisdiction)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (facility_id) do update
    set neutral_name = excluded.neutral_name, callback_number = excluded.callback_number, zone = excluded.zone,
        holidays = excluded.holidays, jurisdiction = excluded.jurisdiction
"""

KEEP_PROGRAM = """
insert into program (program_id, tenant_id, facility_id, program_type, level_of_care, minutes_per_week, plans_weeks)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (program_id) do update
    set program_type = excluded.program_type, level_of_care = excluded.level_of_care,
        minutes_per_week = excluded.minutes_per_week, plans_weeks = excluded.plans_weeks
"""

KEEP_TRACK = """
insert into track (track_id, tenant_id, facility_id, program_id, kind)
values ($1, $2, $3, $4, $5)
on conflict (track_id) do update set program_id = excluded.program_id, kind = excluded.kind
"""

KEEP_GROUP = """
insert into care_group (group_id, tenant_id, facility_id, track_id, modality, is_open, capacity, size_rule, topic,
                        age_band, language)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (group_id) do update
    set track_id = excluded.track_id, modality = excluded.modality, is_open = excluded.is_open,
        capacity = excluded.capacity, size_rule = excluded.size_rule, topic = excluded.topic,
        age_band = excluded.age_band, language = excluded.language
"""

KEEP_STAFF = """
insert into staff (staff_id, tenant_id, facility_id, roles, credentials, languages)
values ($1, $2, $3, $4, $5, $6)
on conflict (staff_id) do update
    set facility_id = excluded.facility_id, roles = excluded.roles, credentials = excluded.credentials,
        languages = excluded.languages, withdrawn = false
"""

KEEP_ROOM = """
insert into room (room_id, tenant_id, facility_id, seats)
values ($1, $2, $3, $4)
on conflict (room_id) do update set facility_id = excluded.facility_id, seats = excluded.seats, withdrawn = false
"""

WITHDRAW_STAFF = "update staff set withdrawn = true where facility_id = $1 and staff_id <> all($2)"

WITHDRAW_ROOMS = "update room set withdrawn = true where facility_id = $1 and room_id <> all($2)"

OF_OTHERS = """
select program_id as id from program where facility_id <> $1 and program_id = any($2)
union all
select track_id from track where facility_id <> $1 and track_id = any($2)
union all
select group_id from care_group where facility_id <> $1 and group_id = any($2)
union all
select staff_id from staff where facility_id <> $1 and staff_id = any($2) and not withdrawn
union all
select room_id from room where facility_id <> $1 and room_id = any($2) and not withdrawn
"""

FIND_ZONE = "select zone from facility where facility_id = $1"

FIND_FACILITY = "select facility_id, zone, holidays, jurisdiction from facility where facility_id = $1"

FIND_GROUP = """
select g.group_id, g.facility_id, t.program_id, g.modality, g.capacity, f.zone, g.is_open, g.topic, g.age_band,
       g.language
from care_group g join track t using (track_id) join facility f on f.facility_id = g.facility_id
where g.group_id = $1
"""

FACILITY_OF_PROGRAM = "select facility_id from program where program_id = $1"

FIND_CLINICIAN = """
select staff_id, roles, credentials from staff where staff_id = $1 and facility_id = $2 and not withdrawn
"""

SEATS_OF_ROOM = "select seats from room where room_id = $1 and facility_id = $2 and not withdrawn"


async def keep_reference(
    tx: Transaction, facility_id: UUID, reference: PublishReference, sizes: Mapping[Modality, GroupSizeRule]
) -> None:
    """Store all items of a facility; groups with the version of the rule that allows their size.

    Staff and rooms that are left out are withdrawn.
    """
    facility = reference.facility
    await tx.connection.execute(
        KEEP_FACILITY,
        facility_id,
        tx.tenant,
        facility.neutral_name,
        facility.callback_number,
        facility.zone,
        facility.holidays,
        facility.jurisdiction,
    )
    await tx.connection.executemany(
        KEEP_PROGRAM,
        [
            (p.program_id, tx.tenant, facility_id, p.program_type, p.level_of_care, p.minutes_per_week, p.plans_weeks)
            for p in reference.programs
        ],
    )
    await tx.connection.executemany(
        KEEP_TRACK, [(t.track_id, tx.tenant, facility_id, t.program_id, t.kind) for t in reference.tracks]
    )
    await tx.connection.executemany(
        KEEP_GROUP,
        [
            (
                *(g.group_id, tx.tenant, facility_id, g.track_id, g.modality, g.is_open, g.capacity),
                *(_size_rule(sizes, g.modality), g.topic, g.age_band, g.language),
            )
            for g in reference.groups
        ],
    )
    await tx.connection.executemany(
        KEEP_STAFF,
        [(s.staff_id, tx.tenant, facility_id, s.roles, s.credentials, s.languages) for s in reference.staff],
    )
    await tx.connection.executemany(KEEP_ROOM, [(r.room_id, tx.tenant, facility_id, r.seats) for r in reference.rooms])
    await tx.connection.execute(WITHDRAW_STAFF, facility_id, [s.staff_id for s in reference.staff])
    await tx.connection.execute(WITHDRAW_ROOMS, facility_id, [r.room_id for r in reference.rooms])


async def items_of_others(tx: Transaction, facility_id: UUID, item_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the items that another facility has published; staff and rooms that it withdrew are free to take."""
    rows = await tx.connection.fetch(OF_OTHERS, facility_id, list(item_ids))
    return frozenset(row["id"] for row in rows)


def _size_rule(sizes: Mapping[Modality, GroupSizeRule], modality: Modality) -> str | None:
    return str(sizes[modality].rule) if modality in sizes else None


async def find_facility(tx: Transaction, facility_id: UUID) -> Facility:
    """The facility; Unavailable (`facility_not_known_yet`) before its reference data are published."""
    row = await tx.connection.fetchrow(FIND_FACILITY, facility_id)
    if row is None:
        raise _not_known_yet()
    return Facility(row["facility_id"], row["zone"], frozenset(row["holidays"]), row["jurisdiction"])


async def find_zone(tx: Transaction, facility_id: UUID) -> str:
    """The zone of a facility; Unavailable (`facility_not_known_yet`) before its reference data are published."""
    zone: str | None = await tx.connection.fetchval(FIND_ZONE, facility_id)
    if zone is None:
        raise _not_known_yet()
    return zone


def _not_known_yet() -> Unavailable:
    return Unavailable("facility_not_known_yet", "the facility's reference data are not published")


async def find_group(tx: Transaction, group_id: UUID) -> Group:
    """The group, or NotFound."""
    row = await tx.connection.fetchrow(FIND_GROUP, group_id)
    if row is None:
        raise NotFound("group_not_found", "there is no such group")
    return Group(
        row["group_id"],
        row["facility_id"],
        row["program_id"],
        Modality(row["modality"]),
        row["capacity"],
        row["zone"],
        row["is_open"],
        WorkshopTopic(row["topic"]) if row["topic"] else None,
        AgeBand(row["age_band"]) if row["age_band"] else None,
        row["language"],
    )


async def facility_of_program(tx: Transaction, program_id: UUID) -> UUID:
    """Where the program is offered, or NotFound."""
    facility_id: UUID | None = await tx.connection.fetchval(FACILITY_OF_PROGRAM, program_id)
    if facility_id is None:
        raise NotFound("program_not_found", "there is no such program")
    return facility_id


async def find_clinician(tx: Transaction, facility_id: UUID, staff_id: UUID) -> Clinician | None:
    """The clinician, if they work at the facility."""
    row = await tx.connection.fetchrow(FIND_CLINICIAN, staff_id, facility_id)
    if row is None:
        return None
    return Clinician(row["staff_id"], frozenset(Role(role) for role in row["roles"]), frozenset(row["credentials"]))


async def seats_of_room(tx: Transaction, facility_id: UUID, room_id: UUID) -> int | None:
    """The seats of a room, if it is one of the facility."""
    seats: int | None = await tx.connection.fetchval(SEATS_OF_ROOM, room_id, facility_id)
    return seats
