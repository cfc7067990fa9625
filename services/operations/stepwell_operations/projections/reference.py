"""Reference data that the views need: names and zones of facilities, what a program is, its tracks and their groups."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.scheduling import FacilityPublished, GroupPublished, ProgramPublished, TrackPublished
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

KEEP_FACILITIES = """
insert into facility (tenant_id, facility_id, neutral_name, zone, version)
select $1, e.* from unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[]) as e
order by 2
on conflict (tenant_id, facility_id) do update
    set neutral_name = excluded.neutral_name, zone = excluded.zone, version = excluded.version
    where facility.version < excluded.version
"""

KEEP_PROGRAMS = """
insert into program (tenant_id, program_id, facility_id, program_type, level_of_care, version)
select $1, e.* from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[]) as e
order by 2
on conflict (tenant_id, program_id) do update
    set facility_id = excluded.facility_id, program_type = excluded.program_type,
        level_of_care = excluded.level_of_care, version = excluded.version
    where program.version < excluded.version
"""

KEEP_TRACKS = """
insert into track (tenant_id, track_id, facility_id, program_id, kind, version)
select $1, e.* from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[]) as e
order by 2
on conflict (tenant_id, track_id) do update
    set facility_id = excluded.facility_id, program_id = excluded.program_id, kind = excluded.kind,
        version = excluded.version
    where track.version < excluded.version
"""

KEEP_GROUPS = """
insert into care_group (tenant_id, group_id, facility_id, track_id, modality, capacity, topic, age_band, version)
select $1, e.*
from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::integer[], $7::text[], $8::text[], $9::bigint[]) as e
order by 2
on conflict (tenant_id, group_id) do update
    set facility_id = excluded.facility_id, track_id = excluded.track_id, modality = excluded.modality,
        capacity = excluded.capacity, topic = excluded.topic, age_band = excluded.age_band, version = excluded.version
    where care_group.version < excluded.version
"""


async def keep_reference(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Keep the last word on each facility, program, track and group; staff and rooms nobody reads here yet."""
    facilities: dict[UUID, tuple[FacilityPublished, int]] = {}
    programs: dict[UUID, tuple[ProgramPublished, int]] = {}
    tracks: dict[UUID, tuple[TrackPublished, int]] = {}
    groups: dict[UUID, tuple[GroupPublished, int]] = {}
    for one in incoming:
        version = one.envelope.version
        match one.event:
            case FacilityPublished() as event:
                facilities[event.facility_id] = event, version
            case ProgramPublished() as event:
                programs[event.program_id] = event, version
            case TrackPublished() as event:
                tracks[event.track_id] = event, version
            case GroupPublished() as event:
                groups[event.group_id] = event, version
    if facilities:
        await _keep_facilities(tx, list(facilities.values()))
    if programs:
        await _keep_programs(tx, list(programs.values()))
    if tracks:
        await _keep_tracks(tx, list(tracks.values()))
    if groups:
        await _keep_groups(tx, list(groups.values()))


async def _keep_facilities(tx: Transaction, rows: Sequence[tuple[FacilityPublished, int]]) -> None:
    await tx.connection.execute(
        KEEP_FACILITIES,
        tx.tenant,
        [event.facility_id for event, _ in rows],
        [event.neutral_name for event, _ in rows],
        [event.zone for event, _ in rows],
        [version for _, version in rows],
    )


async def _keep_programs(tx: Transaction, rows: Sequence[tuple[ProgramPublished, int]]) -> None:
    await tx.connection.execute(
        KEEP_PROGRAMS,
        tx.tenant,
        [event.program_id for event, _ in rows],
        [event.facility_id for event, _ in rows],
        [event.program_type for event, _ in rows],
        [event.level_of_care for event, _ in rows],
        [version for _, version in rows],
    )


async def _keep_tracks(tx: Transaction, rows: Sequence[tuple[TrackPublished, int]]) -> None:
    await tx.connection.execute(
        KEEP_TRACKS,
        tx.tenant,
        [event.track_id for event, _ in rows],
        [event.facility_id for event, _ in rows],
        [event.program_id for event, _ in rows],
        [event.kind for event, _ in rows],
        [version for _, version in rows],
    )


async def _keep_groups(tx: Transaction, rows: Sequence[tuple[GroupPublished, int]]) -> None:
    await tx.connection.execute(
        KEEP_GROUPS,
        tx.tenant,
        [event.group_id for event, _ in rows],
        [event.facility_id for event, _ in rows],
        [event.track_id for event, _ in rows],
        [event.modality for event, _ in rows],
        [event.capacity for event, _ in rows],
        [event.topic for event, _ in rows],
        [event.age_band for event, _ in rows],
        [version for _, version in rows],
    )
