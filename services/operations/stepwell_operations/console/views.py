"""What each page shows, as data: read in one transaction, from what the person may see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from stepwell_contracts.http.operations import TimelineEntry
from stepwell_kernel.access import Action, Resource, authorize
from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Phase
from stepwell_operations.console.episode import read_episode
from stepwell_operations.console.musts import musts
from stepwell_operations.console.standing import where_things_stand
from stepwell_operations.domain.access import READ_JOURNEYS, READ_STATUS, READ_WORKLIST
from stepwell_operations.domain.way import ENDED, steps
from stepwell_operations.journey_watch import JourneyWatch
from stepwell_operations.platform_status import PlatformStatus, PlatformWatch
from stepwell_operations.store.care import count_waiting, waiting_tasks
from stepwell_operations.store.crises import open_crises
from stepwell_operations.store.journeys import (
    Filter,
    Position,
    count_journeys,
    find_journey,
    funnel,
    journey_detail,
    journeys,
)
from stepwell_operations.store.reference import Names, names
from stepwell_operations.store.timeline import latest_entries
from stepwell_operations.store.worklist import WorkFilter, count_work, work
from stepwell_operations.words import local
from stepwell_postgres.transaction import Transaction, Transactions
from stepwell_runtime.http.cursor import to_cursor

UTC_ZONE = "UTC"
RECENT = 10
WAITING = 8
ROWS = 50
TASKS = 100
ENTRIES = 150
ALL_ENTRIES = 2_000


@dataclass(frozen=True, slots=True)
class View:
    """A page: the stem of its templates, and their values."""

    template: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pulse:
    """What every page has at its foot: domain time, how fast it runs, and the state of the platform."""

    now: datetime
    factor: float
    platform: PlatformStatus


class Zones:
    """In which zone a time is shown: that of its facility, and on the page's own times that of all of them."""

    def __init__(self, known: Names) -> None:
        self._facilities = known.facilities
        zones = {facility.zone for facility in known.facilities.values()}
        self.page = zones.pop() if len(zones) == 1 else UTC_ZONE

    def of(self, facility_id: UUID) -> str:
        """The zone of a facility, UTC for one that was not published yet."""
        facility = self._facilities.get(facility_id)
        return facility.zone if facility else UTC_ZONE


class Views:
    """Reads pages. `again` says that a page which is open is drawn anew: that leaves no further audit row."""

    def __init__(
        self,
        transactions: Transactions,
        watch: PlatformWatch,
        journey_watch: JourneyWatch,
        factor: Callable[[], float],
    ) -> None:
        self._transactions = transactions
        self._watch = watch
        self._journey_watch = journey_watch
        self._factor = factor

    async def now(self, caller: Caller, *, again: bool = False) -> View:
        """*Now*: the platform, the funnel, what waits for a person, and what changed last."""
        async with self._transactions(caller) as tx:
            _allow(tx, READ_STATUS, Resource(tx.tenant, "platform"), again=again)
            counts = await funnel(tx)
            common = await self._common(tx)
            values = {
                "counts": counts,
                "most": max((count.journeys for count in counts.values()), default=0),
                "in_care": sum(count.journeys for phase, count in counts.items() if phase not in ENDED),
                "waiting": await waiting_tasks(tx, WAITING),
                "waiting_count": await count_waiting(tx),
                "crises": await open_crises(tx),
                "rows": await journeys(tx, Filter(), most=RECENT),
            }
        return View("now", values | common | await self._pulse(caller, common["now"]))

    async def journeys(self, caller: Caller, only: Filter, after: Position | None, *, again: bool = False) -> View:
        """*Journeys*: a list, narrowed to a phase or facility."""
        async with self._transactions(caller) as tx:
            resource = Resource(tx.tenant, "facility", only.facility_id, only.facility_id)
            _allow(tx, READ_JOURNEYS, resource, again=again)
            found = await journeys(tx, only, after=after, most=ROWS + 1)
            rows = found[:ROWS]
            common = await self._common(tx)
            values = {
                "only": only,
                "rows": rows,
                "counts": await funnel(tx),
                "total": await count_journeys(tx, only),
                "next_cursor": to_cursor((rows[-1].changed_at, rows[-1].episode_id)) if len(found) > ROWS else None,
                "first_page": after is None,
            }
        return View("journeys", values | common | await self._pulse(caller, common["now"]))

    async def journey(
        self, caller: Caller, episode_id: UUID, *, trace_id: str | None = None, whole: bool = False, again: bool = False
    ) -> View:
        """*Journey*: one episode with its way, where things stand, what must happen, weeks and timeline."""
        async with self._transactions(caller) as tx:
            row = await find_journey(tx, episode_id)
            resource = Resource(tx.tenant, "journey", episode_id, row.facility_id)
            _allow(tx, READ_JOURNEYS, resource, again=again)
            detail = await journey_detail(tx, episode_id)
            most = ALL_ENTRIES if whole else ENTRIES
            found = await latest_entries(tx, episode_id, detail, trace_id=trace_id, most=most)
            common = await self._common(tx)
            zone = common["zones"].of(row.facility_id)
            known = await read_episode(tx, row, detail)
        # Asked outside of the transaction, as the platform is.
        told = None if known.phase is Phase.CLOSED else await self._journey_watch.view(episode_id, known.mark)
        what = musts(told, known.tasks)
        values = {
            "known": known,
            "row": row,
            "zone": zone,
            "steps": steps(known.phase, known.entries),
            "standing": where_things_stand(known, told, what, common["now"], zone),
            "musts": what,
            "answers": told is not None,
            "days": by_day(found.entries, zone),
            "shown": len(found.entries),
            "total": found.total,
            "trace_id": trace_id,
        }
        return View("journey", values | common | await self._pulse(caller, common["now"]))

    async def worklist(self, caller: Caller, only: WorkFilter, *, again: bool = False) -> View:
        """*Worklist*: crises and open tasks, of a role, at a facility."""
        async with self._transactions(caller) as tx:
            resource = Resource(tx.tenant, "facility", only.facility_id, only.facility_id)
            _allow(tx, READ_WORKLIST, resource, again=again)
            common = await self._common(tx)
            counts = await count_work(tx, only.facility_id)
            values = {
                "only": only,
                "rows": await work(tx, only, most=TASKS),
                "counts": counts,
                "chosen": next((one for one in counts.roles if one.role == only.role), None),
                "crises": await open_crises(tx, facility_id=only.facility_id),
            }
        return View("worklist", values | common | await self._pulse(caller, common["now"]))

    async def _common(self, tx: Transaction) -> dict[str, Any]:
        known = await names(tx)
        return {"names": known, "zones": Zones(known), "now": tx.now}

    async def _pulse(self, caller: Caller, now: datetime) -> dict[str, Any]:
        """Asked for outside of the transaction: no network call runs inside one."""
        return {"pulse": Pulse(now, self._factor(), await self._watch.status(caller.tenant))}


def by_day(entries: Sequence[TimelineEntry], zone: str) -> Sequence[tuple[date, Sequence[TimelineEntry]]]:
    """Entries under the local days of the facility, the latest first."""
    latest_first = reversed(entries)
    return [(day, list(group)) for day, group in groupby(latest_first, key=lambda entry: local(entry.at, zone).date())]


def _allow(tx: Transaction, action: Action, resource: Resource, *, again: bool) -> None:
    if again:
        authorize(tx.caller, action, resource)
    else:
        tx.authorize(action, resource)
