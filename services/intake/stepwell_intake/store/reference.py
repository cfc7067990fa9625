"""What intake keeps of the reference data of facilities."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stepwell_contracts.events.scheduling import FacilityPublished, ProgramPublished, StaffPublished
from stepwell_kernel.codes import LevelOfCare
from stepwell_kernel.errors import FieldProblem, Invalid, Unavailable
from stepwell_kernel.local_time import local_at
from stepwell_postgres.transaction import Transaction

KEEP_FACILITY = """
insert into ref_facility (tenant_id, facility_id, zone, holidays, version)
values ($1, $2, $3, $4, $5)
on conflict (tenant_id, facility_id) do update
    set zone = excluded.zone, holidays = excluded.holidays, version = excluded.version
    where ref_facility.version < excluded.version
"""

KEEP_PROGRAM = """
insert into ref_program (tenant_id, program_id, facility_id, program_type, level_of_care, minutes_per_week, version)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (tenant_id, program_id) do update
    set facility_id = excluded.facility_id, program_type = excluded.program_type,
        level_of_care = excluded.level_of_care, minutes_per_week = excluded.minutes_per_week, version = excluded.version
    where ref_program.version < excluded.version
"""

KEEP_STAFF = """
insert into ref_staff (tenant_id, staff_id, facility_id, roles, credentials, version)
values ($1, $2, $3, $4, $5, $6)
on conflict (tenant_id, staff_id) do update
    set facility_id = excluded.facility_id, roles = excluded.roles, credentials = excluded.credentials,
        version = excluded.version
    where ref_staff.version < excluded.version
"""

FIND_FACILITY = "select facility_id, zone, holidays, version from ref_facility where facility_id = $1"

FIND_PROGRAM = """
select program_id, facility_id, program_type, level_of_care
from ref_program
where program_id = $1 and facility_id = $2
"""

CREDENTIALS = "select credentials from ref_staff where staff_id = $1 and facility_id = $2"


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility with its zone and holidays; `version` is that of its published data."""

    facility_id: UUID
    zone: str
    holidays: tuple[date, ...]
    version: int

    def day_of(self, instant: datetime) -> date:
        """The local day at an instant; clinical days are those of the site."""
        return local_at(instant, self.zone).date()


@dataclass(frozen=True, slots=True)
class Program:
    """A program of a facility."""

    program_id: UUID
    facility_id: UUID
    program_type: str
    level: LevelOfCare


async def keep_facility(tx: Transaction, event: FacilityPublished, version: int) -> None:
    """Store what an event of that version says, unless a later one is known."""
    holidays = list(event.holidays)
    await tx.connection.execute(KEEP_FACILITY, tx.tenant, event.facility_id, event.zone, holidays, version)


async def keep_program(tx: Transaction, event: ProgramPublished, version: int) -> None:
    """Store what an event of that version says, unless a later one is known."""
    await tx.connection.execute(
        KEEP_PROGRAM,
        tx.tenant,
        event.program_id,
        event.facility_id,
        event.program_type,
        event.level_of_care,
        event.minutes_per_week,
        version,
    )


async def keep_staff(tx: Transaction, event: StaffPublished, version: int) -> None:
    """Store what an event of that version says, unless a later one is known."""
    await tx.connection.execute(
        KEEP_STAFF,
        tx.tenant,
        event.staff_id,
        event.facility_id,
        list(event.roles),
        list(event.credentials),
        version,
    )


async def find_facility(tx: Transaction, facility_id: UUID) -> Facility:
    """The facility; Unavailable (`facility_not_known_yet`) before its reference data have arrived."""
    row = await tx.connection.fetchrow(FIND_FACILITY, facility_id)
    if row is None:
        raise Unavailable("facility_not_known_yet", "the facility's reference data have not arrived")
    return Facility(row["facility_id"], row["zone"], tuple(row["holidays"]), row["version"])


async def find_program(tx: Transaction, facility_id: UUID, program_id: UUID) -> Program:
    """The program of a facility; Invalid (`program_not_of_facility`)."""
    row = await tx.connection.fetchrow(FIND_PROGRAM, program_id, facility_id)
    if row is None:
        raise Invalid(
            "program_not_of_facility",
            "the facility has no such program",
            fields=(FieldProblem("program_id", "is not a program of this facility"),),
        )
    return Program(row["program_id"], row["facility_id"], row["program_type"], LevelOfCare(row["level_of_care"]))


async def credentials_of(tx: Transaction, facility_id: UUID, staff_id: UUID) -> frozenset[str]:
    """The credentials of a member of staff of the facility; none for someone not known there."""
    return frozenset(await tx.connection.fetchval(CREDENTIALS, staff_id, facility_id) or ())
