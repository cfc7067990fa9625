"""What medication keeps of episodes, facilities, programs and staff."""

from uuid import UUID

from stepwell_contracts.events.scheduling import FacilityPublished, ProgramPublished
from stepwell_kernel.codes import AgeBand, DischargeReason, Phase
from stepwell_kernel.errors import Unavailable
from stepwell_medication.domain.episodes import Episode, Facility
from stepwell_postgres.transaction import Transaction

KEEP_EPISODE = """
insert into ref_episode (episode_id, tenant_id, patient_id, facility_id, program_id, phase, age_band, treated_from,
                         version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (episode_id) do update
    set facility_id = excluded.facility_id, program_id = excluded.program_id, phase = excluded.phase,
        age_band = excluded.age_band, treated_from = coalesce(ref_episode.treated_from, excluded.treated_from),
        version = excluded.version
    where ref_episode.version < excluded.version
"""

KEEP_DISCHARGE = "update ref_episode set discharge_reason = $2, version = $3 where episode_id = $1 and version < $3"

FIND_EPISODE = """
select episode_id, patient_id, facility_id, program_id, phase, age_band, treated_from, discharge_reason
from ref_episode
where episode_id = $1
"""

KEEP_FACILITY = """
insert into ref_facility (facility_id, tenant_id, zone, jurisdiction, holidays, version)
values ($1, $2, $3, $4, $5, $6)
on conflict (facility_id) do update
    set zone = excluded.zone, jurisdiction = excluded.jurisdiction, holidays = excluded.holidays,
        version = excluded.version
    where ref_facility.version < excluded.version
"""

FIND_FACILITY = "select facility_id, zone, jurisdiction, holidays from ref_facility where facility_id = $1"

KEEP_PROGRAM = """
insert into ref_program (program_id, tenant_id, facility_id, program_type, version)
values ($1, $2, $3, $4, $5)
on conflict (program_id) do update
    set facility_id = excluded.facility_id, program_type = excluded.program_type, version = excluded.version
    where ref_program.version < excluded.version
"""

PROGRAM_TYPES = "select array_agg(distinct program_type) from ref_program where facility_id = $1"

KEEP_STAFF = """
insert into ref_staff (staff_id, tenant_id, version) values ($1, $2, $3)
on conflict (staff_id) do update set version = excluded.version where ref_staff.version < excluded.version
"""

IS_STAFF = "select true from ref_staff where staff_id = $1"

#: The federal rows hold where a facility names no state.
FEDERAL = "US"


async def keep_episode(tx: Transaction, episode: Episode, version: int) -> None:
    """Store what an event of that version says of the episode, unless a later one is known."""
    await tx.connection.execute(
        KEEP_EPISODE,
        episode.episode_id,
        tx.tenant,
        episode.patient_id,
        episode.facility_id,
        episode.program_id,
        episode.phase,
        episode.age_band,
        episode.treated_from,
        version,
    )


async def keep_discharge(tx: Transaction, episode_id: UUID, reason: DischargeReason, version: int) -> None:
    """Store why the episode is to end, unless a later event is known."""
    await tx.connection.execute(KEEP_DISCHARGE, episode_id, reason, version)


async def find_episode(tx: Transaction, episode_id: UUID) -> Episode:
    """The episode; Unavailable (`episode_not_known_yet`) until intake's event has arrived."""
    row = await tx.connection.fetchrow(FIND_EPISODE, episode_id)
    if row is None:
        raise Unavailable("episode_not_known_yet", "intake's event about this episode has not arrived")
    return Episode(
        episode_id=row["episode_id"],
        patient_id=row["patient_id"],
        facility_id=row["facility_id"],
        program_id=row["program_id"],
        phase=Phase(row["phase"]),
        age_band=AgeBand(row["age_band"]) if row["age_band"] else None,
        treated_from=row["treated_from"],
        discharge_reason=DischargeReason(row["discharge_reason"]) if row["discharge_reason"] else None,
    )


async def keep_facility(tx: Transaction, event: FacilityPublished, version: int) -> None:
    """Store what an event of that version says of a facility, unless a later one is known."""
    await tx.connection.execute(
        KEEP_FACILITY,
        event.facility_id,
        tx.tenant,
        event.zone,
        event.jurisdiction or FEDERAL,
        list(event.holidays),
        version,
    )


async def keep_program(tx: Transaction, event: ProgramPublished, version: int) -> None:
    """Store what an event of that version says of a program, unless a later one is known."""
    await tx.connection.execute(
        KEEP_PROGRAM, event.program_id, tx.tenant, event.facility_id, event.program_type, version
    )


async def find_facility(tx: Transaction, facility_id: UUID) -> Facility:
    """The facility; Unavailable (`facility_not_known_yet`) until its reference data have arrived."""
    row = await tx.connection.fetchrow(FIND_FACILITY, facility_id)
    if row is None:
        raise Unavailable("facility_not_known_yet", "the facility's reference data have not arrived")
    return Facility(row["facility_id"], row["zone"], frozenset(row["holidays"]), row["jurisdiction"])


async def find_zone(tx: Transaction, facility_id: UUID) -> str:
    """The zone of a facility; Unavailable (`facility_not_known_yet`) until its reference data have arrived."""
    return (await find_facility(tx, facility_id)).zone


async def program_types(tx: Transaction, facility_id: UUID) -> frozenset[str]:
    """The types of a facility's programs; Unavailable (`programs_not_known_yet`) until their data have arrived."""
    found: list[str] | None = await tx.connection.fetchval(PROGRAM_TYPES, facility_id)
    if found is None:
        raise Unavailable("programs_not_known_yet", "the reference data of the facility's programs have not arrived")
    return frozenset(found)


async def keep_staff(tx: Transaction, staff_id: UUID, version: int) -> None:
    """Store a member of staff, unless a later version is known."""
    await tx.connection.execute(KEEP_STAFF, staff_id, tx.tenant, version)


async def is_staff(tx: Transaction, staff_id: UUID) -> bool:
    """Whether the tenant has a member of staff of that id."""
    return bool(await tx.connection.fetchval(IS_STAFF, staff_id))
