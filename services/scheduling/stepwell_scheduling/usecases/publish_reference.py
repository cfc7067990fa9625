"""Publish the reference data of a facility as full state."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.events.scheduling import (
    FacilityPublished,
    GroupPublished,
    ProgramPublished,
    RoomPublished,
    StaffPublished,
    TrackPublished,
)
from stepwell_contracts.http.scheduling import PublishReference, ReferencePublished
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_facility
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import PUBLISH_REFERENCE
from stepwell_scheduling.domain.reference import Item, Items, check_reference
from stepwell_scheduling.store.reference import keep_reference


async def publish_reference(tx: Transaction, facility_id: UUID, command: PublishReference) -> ReferencePublished:
    """Store the document and publish each item under its key.

    Raises Invalid (`reference_incoherent`).
    """
    tx.authorize(PUBLISH_REFERENCE, Resource(tx.tenant, "facility", facility_id, facility_id))
    check_reference(command.facility.zone, _kinds(command))
    stream = await lock_facility(tx, facility_id)
    await keep_reference(tx, facility_id, command)
    items = tuple(_items(facility_id, command))
    for key, event in items:
        tx.emit(stream, event, key=key)
    return ReferencePublished(facility_id=facility_id, items=len(items))


def _kinds(reference: PublishReference) -> Sequence[Items]:
    return (
        Items("programs", [Item(p.program_id) for p in reference.programs]),
        Items("tracks", [Item(t.track_id, t.program_id) for t in reference.tracks], "programs", "program_id"),
        Items("groups", [Item(g.group_id, g.track_id) for g in reference.groups], "tracks", "track_id"),
        Items("staff", [Item(s.staff_id) for s in reference.staff]),
        Items("rooms", [Item(r.room_id) for r in reference.rooms]),
    )


def _items(facility_id: UUID, reference: PublishReference) -> Iterator[tuple[str, Event]]:
    facility = reference.facility
    yield (
        f"facility/{facility_id}",
        FacilityPublished(
            facility_id=facility_id,
            neutral_name=facility.neutral_name,
            callback_number=facility.callback_number,
            zone=facility.zone,
            holidays=facility.holidays,
        ),
    )
    for program in reference.programs:
        yield (
            f"program/{program.program_id}",
            ProgramPublished(facility_id=facility_id, **program.model_dump()),
        )
    for track in reference.tracks:
        yield f"track/{track.track_id}", TrackPublished(facility_id=facility_id, **track.model_dump())
    for group in reference.groups:
        yield f"group/{group.group_id}", GroupPublished(facility_id=facility_id, **group.model_dump())
    for member in reference.staff:
        yield f"staff/{member.staff_id}", StaffPublished(facility_id=facility_id, **member.model_dump())
    for room in reference.rooms:
        yield f"room/{room.room_id}", RoomPublished(facility_id=facility_id, **room.model_dump())
