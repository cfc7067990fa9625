"""Keeps the reference data that intake decides by."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.events.scheduling import FacilityPublished, ProgramPublished, StaffPublished
from stepwell_intake.store.reference import keep_facility, keep_program, keep_staff
from stepwell_messaging.consumer import Handler, Incoming
from stepwell_postgres.transaction import Transaction


async def on_facility_published(tx: Transaction, incoming: Incoming) -> None:
    """A facility's zone and holidays."""
    await keep_facility(tx, incoming.read(FacilityPublished), incoming.envelope.version)


async def on_program_published(tx: Transaction, incoming: Incoming) -> None:
    """A program with its level."""
    await keep_program(tx, incoming.read(ProgramPublished), incoming.envelope.version)


async def on_staff_published(tx: Transaction, incoming: Incoming) -> None:
    """A member of staff with credentials."""
    await keep_staff(tx, incoming.read(StaffPublished), incoming.envelope.version)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        FacilityPublished.type: on_facility_published,
        ProgramPublished.type: on_program_published,
        StaffPublished.type: on_staff_published,
    }
)
