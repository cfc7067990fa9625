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
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_facility
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import PUBLISH_REFERENCE
from stepwell_scheduling.domain.reference import (
    GroupDraft,
    Item,
    Items,
    check_groups,
    check_owned,
    check_planned,
    check_reference,
)
from stepwell_scheduling.store.planning_rules import planning_rules
from stepwell_scheduling.store.reference import items_of_others, keep_reference
from stepwell_scheduling.store.timetable_rules import group_size_rules
from stepwell_scheduling.usecases.fill_places import lock_all_waiting, widen_groups


async def publish_reference(tx: Transaction, facility_id: UUID, command: PublishReference) -> ReferencePublished:
    """Store the document and publish each item under its key; who waits gets the places that groups gain.

    Staff and rooms that the document leaves out are given nothing new to hold; another facility may take them over.

    Raises Invalid (`reference_incoherent`, `level_not_planned`, `group_not_allowed`), Unavailable (`patients_busy`).
    """
    tx.authorize(PUBLISH_REFERENCE, Resource(tx.tenant, "facility", facility_id, facility_id))
    kinds = _kinds(command)
    check_reference(command.facility.zone, kinds)
    await lock_all_waiting(tx, facility_id)
    stream = await lock_facility(tx, facility_id)
    check_owned(kinds, await items_of_others(tx, facility_id, [item.id for kind in kinds for item in kind.items]))
    today = local_at(tx.now, command.facility.zone).date()
    rules = await planning_rules(tx, command.facility.jurisdiction, today)
    check_planned(
        {
            index: rules.plans(program.program_type, program.level_of_care)
            for index, program in enumerate(command.programs)
            if program.plans_weeks
        }
    )
    sizes = await group_size_rules(tx, command.facility.jurisdiction, today)
    check_groups([GroupDraft(g.modality, g.capacity, g.topic) for g in command.groups], sizes)
    await keep_reference(tx, facility_id, command, sizes)
    items = tuple(_items(facility_id, command))
    for key, event in items:
        tx.emit(stream, event, key=key)
    await widen_groups(tx, facility_id)
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
            jurisdiction=facility.jurisdiction,
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
