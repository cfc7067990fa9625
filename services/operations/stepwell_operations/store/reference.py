"""Facilities and programs as the console names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from stepwell_operations.store.scope import facilities_of, own
from stepwell_postgres.transaction import Transaction

FACILITIES = f"""
select facility_id, neutral_name, zone from facility
where {own("facility_id")} order by neutral_name, facility_id
"""

PROGRAMS = "select program_id, program_type, level_of_care from program"


@dataclass(frozen=True, slots=True)
class FacilityName:
    """A facility by its neutral name, with its IANA zone."""

    facility_id: UUID
    neutral_name: str
    zone: str


@dataclass(frozen=True, slots=True)
class ProgramName:
    """A program by its type and level of care."""

    program_id: UUID
    program_type: str
    level_of_care: str


@dataclass(frozen=True, slots=True)
class Names:
    """What ids of the reference data are called; an id that was not published yet has no name."""

    facilities: Mapping[UUID, FacilityName]
    programs: Mapping[UUID, ProgramName]


async def names(tx: Transaction) -> Names:
    """The facilities in the caller's scope, by name, and the programs of the tenant."""
    facilities = [FacilityName(**row) for row in await tx.connection.fetch(FACILITIES, facilities_of(tx.caller))]
    programs = [ProgramName(**row) for row in await tx.connection.fetch(PROGRAMS)]
    return Names({one.facility_id: one for one in facilities}, {one.program_id: one for one in programs})
