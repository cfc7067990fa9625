"""Reference data of facilities: what is published replaces what was known."""

from dataclasses import dataclass
from uuid import UUID

from stepwell_contracts.http.scheduling import PublishReference
from stepwell_kernel.codes import Modality
from stepwell_kernel.errors import NotFound, Unavailable
from stepwell_postgres.transaction import Transaction

KEEP_FACILITY = """
insert into facility (facility_id, tenant_id, neutral_name, callback_number, zone, holidays)
values ($1, $2, $3, $4, $5, $6)
on conflict (facility_id) do update
    set neutral_name = excluded.neutral_name, callback_number = excluded.callback_number, zone = excluded.zone,
        holidays = excluded.holidays
"""

KEEP_PROGRAM = """
insert into program (program_id, tenant_id, facility_id, program_type, level_of_care, minutes_per_week)
values ($1, $2, $3, $4, $5, $6)
on conflict (program_id) do update
    set program_type = excluded.program_type, level_of_care = excluded.level_of_care,
        minutes_per_week = excluded.minutes_per_week
"""

KEEP_TRACK = """
insert into track (track_id, tenant_id, facility_id, program_id, kind)
values ($1, $2, $3, $4, $5)
on conflict (track_id) do update set program_id = excluded.program_id, kind = excluded.kind
"""

KEEP_GROUP = """
insert into care_group (group_id, tenant_id, facility_id, track_id, modality, is_open, capacity)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (group_id) do update
    set track_id = excluded.track_id, modality = excluded.modality, is_open = excluded.is_open,
        capacity = excluded.capacity
"""

KEEP_STAFF = """
insert into staff (staff_id, tenant_id, facility_id, roles, credentials)
values ($1, $2, $3, $4, $5)
on conflict (staff_id) do update set roles = excluded.roles, credentials = excluded.credentials
"""

KEEP_ROOM = """
insert into room (room_id, tenant_id, facility_id, seats)
values ($1, $2, $3, $4)
on conflict (room_id) do update set seats = excluded.seats
"""

FIND_ZONE = "select zone from facility where facility_id = $1"

FIND_GROUP = """
select g.group_id, g.facility_id, t.program_id, g.modality, g.capacity, f.zone
from care_group g join track t using (track_id) join facility f on f.facility_id = g.facility_id
where g.group_id = $1
"""

FACILITY_OF_PROGRAM = "select facility_id from program where program_id = $1"

KNOWN_HERE = """
select exists (select from staff where staff_id = $1 and facility_id = $3) as clinician,
       (select seats from room where room_id = $2 and facility_id = $3) as seats
"""


@dataclass(frozen=True, slots=True)
class Group:
    """A group with what a session of it takes over."""

    group_id: UUID
    facility_id: UUID
    program_id: UUID
    modality: Modality
    capacity: int
    zone: str


async def keep_reference(tx: Transaction, facility_id: UUID, reference: PublishReference) -> None:
    """Store all items of a facility."""
    facility = reference.facility
    await tx.connection.execute(
        KEEP_FACILITY,
        facility_id,
        tx.tenant,
        facility.neutral_name,
        facility.callback_number,
        facility.zone,
        facility.holidays,
    )
    await tx.connection.executemany(
        KEEP_PROGRAM,
        [
            (p.program_id, tx.tenant, facility_id, p.program_type, p.level_of_care, p.minutes_per_week)
            for p in reference.programs
        ],
    )
    await tx.connection.executemany(
        KEEP_TRACK, [(t.track_id, tx.tenant, facility_id, t.program_id, t.kind) for t in reference.tracks]
    )
    await tx.connection.executemany(
        KEEP_GROUP,
        [(g.group_id, tx.tenant, facility_id, g.track_id, g.modality, g.is_open, g.capacity) for g in reference.groups],
    )
    await tx.connection.executemany(
        KEEP_STAFF,
        [(s.staff_id, tx.tenant, facility_id, list(s.roles), list(s.credentials)) for s in reference.staff],
    )
    await tx.connection.executemany(KEEP_ROOM, [(r.room_id, tx.tenant, facility_id, r.seats) for r in reference.rooms])


async def find_zone(tx: Transaction, facility_id: UUID) -> str:
    """The zone of a facility; Unavailable (`facility_not_known_yet`) before its reference data are published."""
    zone: str | None = await tx.connection.fetchval(FIND_ZONE, facility_id)
    if zone is None:
        raise Unavailable("facility_not_known_yet", "the facility's reference data are not published")
    return zone


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
    )


async def facility_of_program(tx: Transaction, program_id: UUID) -> UUID:
    """Where the program is offered, or NotFound."""
    facility_id: UUID | None = await tx.connection.fetchval(FACILITY_OF_PROGRAM, program_id)
    if facility_id is None:
        raise NotFound("program_not_found", "there is no such program")
    return facility_id


async def known_here(tx: Transaction, facility_id: UUID, clinician_id: UUID, room_id: UUID) -> tuple[bool, int | None]:
    """Whether the clinician works at the facility, and the seats of the room there (None for no such room)."""
    row = await tx.connection.fetchrow(KNOWN_HERE, clinician_id, room_id, facility_id)
    return (False, None) if row is None else (row["clinician"], row["seats"])
