"""What the pages about the work with patients show, as data: *Journeys*, *Worklists* and *Messages*."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from stepwell_kernel.access import Resource
from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Role
from stepwell_operations.console.views import Surroundings, View, allow, common
from stepwell_operations.domain.access import READ_JOURNEYS, READ_MESSAGES, READ_WORKLIST
from stepwell_operations.domain.messages import MessageState
from stepwell_operations.domain.way import SIDE_DOORS, WAY
from stepwell_operations.store.crises import open_crises
from stepwell_operations.store.journeys import Filter, journeys
from stepwell_operations.store.messages import MessageFilter, latest_replies, messages
from stepwell_operations.store.reference import Names
from stepwell_operations.store.tallies import (
    count_journeys_of,
    count_messages_of,
    count_replies,
    count_work_of,
    journey_tallies,
    message_tallies,
    work_tallies,
)
from stepwell_operations.store.worklist import WorkFilter, work
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.http.cursor import Position, to_cursor

ROWS = 50
REPLIES = 12


class CareViews:
    """Reads pages. `again` says that a page which is open is drawn anew."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def journeys(self, caller: Caller, only: Filter, after: Position | None, *, again: bool = False) -> View:
        """*Journeys*: a list, narrowed to a phase, a facility, and those with an overdue task."""
        async with self._around.transactions(caller) as tx:
            allow(tx, READ_JOURNEYS, _at(tx, only.facility_id), again=again)
            found = await journeys(tx, only, after=after, most=ROWS + 1)
            tallies = await journey_tallies(tx)
            shared = await common(tx)
        places = _places(shared["names"], only.facility_id)
        values = {
            "only": only,
            "chosen": {"phase": only.phase, "facility_id": only.facility_id, "overdue": only.overdue},
            "in_phase": {
                phase: count_journeys_of(tallies, replace(only, phase=phase)) for phase in (None, *WAY, *SIDE_DOORS)
            },
            "at_facility": {
                place: count_journeys_of(tallies, replace(only, facility_id=place)) for place in (None, *places)
            },
            "overdue": count_journeys_of(tallies, replace(only, overdue=True)),
            "total": count_journeys_of(tallies, only),
        }
        values |= _page([(row.changed_at, row.episode_id) for row in found], after) | {"rows": found[:ROWS]}
        return View("journeys", values | shared | await self._around.pulse(caller, shared["now"]))

    async def worklist(self, caller: Caller, only: WorkFilter, after: Position | None, *, again: bool = False) -> View:
        """*Worklists*: crises and open tasks, of a role, at a facility."""
        async with self._around.transactions(caller) as tx:
            allow(tx, READ_WORKLIST, _at(tx, only.facility_id), again=again)
            found = await work(tx, only, after=after, most=ROWS + 1)
            tallies = await work_tallies(tx)
            crises = await open_crises(tx, facility_id=only.facility_id)
            shared = await common(tx)
        places = _places(shared["names"], only.facility_id)
        roles = [role for role in Role if role == only.role or role in {tally.role for tally in tallies}]
        values = {
            "only": only,
            "chosen": {"role": only.role, "facility_id": only.facility_id},
            "for_role": {role: count_work_of(tallies, role, only.facility_id) for role in (None, *roles)},
            "at_facility": {place: count_work_of(tallies, only.role, place) for place in (None, *places)},
            "crises": crises,
        }
        values |= _page([(row.due_at, row.subject_id) for row in found], after) | {"rows": found[:ROWS]}
        return View("worklist", values | shared | await self._around.pulse(caller, shared["now"]))

    async def messages(
        self, caller: Caller, only: MessageFilter, after: Position | None, *, again: bool = False
    ) -> View:
        """*Messages*: what was said to patients and how far it got, and what they answered; never the words."""
        async with self._around.transactions(caller) as tx:
            allow(tx, READ_MESSAGES, _at(tx, only.facility_id), again=again)
            found = await messages(tx, only, after=after, most=ROWS + 1)
            tallies = await message_tallies(tx, episode_id=only.episode_id)
            replies = await latest_replies(tx, only, REPLIES)
            kinds = await count_replies(tx, only)
            shared = await common(tx)
        places = _places(shared["names"], only.facility_id)
        templates = sorted({tally.template for tally in tallies} | ({only.template} if only.template else set()))
        values = {
            "only": only,
            "chosen": {
                "state": only.state,
                "facility_id": only.facility_id,
                "template": only.template,
                "episode_id": only.episode_id,
            },
            "in_state": {
                state: count_messages_of(tallies, replace(only, state=state)) for state in (None, *MessageState)
            },
            "at_facility": {
                place: count_messages_of(tallies, replace(only, facility_id=place)) for place in (None, *places)
            },
            "of_template": {
                template: count_messages_of(tallies, replace(only, template=template))
                for template in (None, *templates)
            },
            "total": count_messages_of(tallies, only),
            "replies": replies,
            "kinds": kinds,
        }
        values |= _page([(row.at, row.message_id) for row in found], after) | {"rows": found[:ROWS]}
        return View("messages", values | shared | await self._around.pulse(caller, shared["now"]))


def _at(tx: Transaction, facility_id: UUID | None) -> Resource:
    return Resource(tx.tenant, "facility", facility_id, facility_id)


def _places(known: Names, chosen: UUID | None) -> Iterable[UUID]:
    """The facilities to choose from, by name; the one that was chosen is among them, published yet or not."""
    return known.facilities if chosen is None or chosen in known.facilities else (*known.facilities, chosen)


def _page(positions: list[Position], after: Position | None) -> dict[str, Any]:
    """Where the next page begins, if there are more rows than one holds."""
    return {"next_cursor": to_cursor(positions[ROWS - 1]) if len(positions) > ROWS else None, "first_page": not after}
