"""Reference data that the views need: names and zones of facilities, what a program is."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.scheduling import FacilityPublished, ProgramPublished
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


async def keep_reference(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Keep the last word on each facility and program; other reference data nobody reads here yet."""
    facilities: dict[UUID, tuple[FacilityPublished, int]] = {}
    programs: dict[UUID, tuple[ProgramPublished, int]] = {}
    for one in incoming:
        match one.event:
            case FacilityPublished() as event:
                facilities[event.facility_id] = event, one.envelope.version
            case ProgramPublished() as event:
                programs[event.program_id] = event, one.envelope.version
    if facilities:
        await _keep_facilities(tx, list(facilities.values()))
    if programs:
        await _keep_programs(tx, list(programs.values()))


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
