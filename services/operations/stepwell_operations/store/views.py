"""Facilities by their neutral names and zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_postgres.transaction import Transaction

FACILITIES = "select facility_id, neutral_name, zone from facility order by neutral_name"


@dataclass(frozen=True, slots=True)
class FacilityName:
    """A facility as the console names it."""

    facility_id: UUID
    neutral_name: str
    zone: str


async def facility_zones(tx: Transaction) -> Sequence[FacilityName]:
    """The facilities of the tenant."""
    return [FacilityName(**row) for row in await tx.connection.fetch(FACILITIES)]
