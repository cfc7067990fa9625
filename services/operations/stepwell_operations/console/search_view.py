"""What a search by id leads to: straight to the one journey or facility, or to a page about what was found."""

import re
from uuid import UUID

from stepwell_contracts.http.operations_network import Found, FoundEpisode, FoundFacility
from stepwell_kernel.access import Resource
from stepwell_kernel.caller import Caller
from stepwell_kernel.errors import NotFound
from stepwell_operations.console.addresses import address
from stepwell_operations.console.views import Surroundings, View, common
from stepwell_operations.domain.access import READ_JOURNEYS
from stepwell_operations.store.search import find
from stepwell_operations.store.short_ids import episodes_ending
from stepwell_postgres.transaction import Transaction

#: What pages show of an id.
SHORT_ID = re.compile(r"[0-9a-f]{8}")

#: Ids of these are the journey's own; any other names something in it.
OWN_IDS = frozenset({"episode", "patient"})


class SearchViews:
    """Looks an id up for a person, within their facilities."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def search(self, caller: Caller, text: str) -> View | str:
        """The address of the one journey or facility; else the page that says what was found, or why nothing was."""
        sought = text.strip().lower()
        identifier = _identifier(sought)
        async with self._around.transactions(caller) as tx:
            tx.authorize(READ_JOURNEYS, Resource(tx.tenant, "search", identifier))
            found = await _find(tx, sought, identifier)
            shared = await common(tx)
        if found.facilities:
            return facility_address(found.facilities[0])
        if len({one.episode_id for one in found.episodes}) == 1:
            return leads_to(found.episodes[0], identifier)
        is_id = identifier is not None or SHORT_ID.fullmatch(sought) is not None
        addresses = [(one, leads_to(one, identifier)) for one in found.episodes]
        values = {"sought": text.strip(), "is_id": is_id, "found": addresses}
        return View("search", values | shared | await self._around.pulse(caller, shared["now"]))


def leads_to(one: FoundEpisode, identifier: UUID | None) -> str:
    """The journey, narrowed to the trace, or to what is about the id if that is none of its own."""
    path = f"/journeys/{one.episode_id}"
    if identifier is None or one.kind in OWN_IDS:
        return path
    return address(path, {"trace_id": identifier.hex} if one.kind == "trace" else {"about": identifier})


def facility_address(one: FoundFacility) -> str:
    """The facility, in the week of the day if there is one."""
    return address(f"/facilities/{one.facility_id}", {"week": one.day} if one.day else {})


async def _find(tx: Transaction, sought: str, identifier: UUID | None) -> Found:
    if identifier is None:
        return Found(episodes=tuple(await episodes_ending(tx, sought)) if SHORT_ID.fullmatch(sought) else ())
    try:
        return await find(tx, identifier)
    except NotFound:
        return Found(episodes=())


def _identifier(sought: str) -> UUID | None:
    try:
        return UUID(sought)
    except ValueError:
        return None
