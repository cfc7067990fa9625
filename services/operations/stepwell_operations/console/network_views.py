"""What the pages about the network show, as data: *Now*, *Facilities*, *Facility* and *Figures*."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from stepwell_kernel.access import Resource
from stepwell_kernel.caller import Caller
from stepwell_operations.console.figures import census_plot, plots
from stepwell_operations.console.timetable import timetable
from stepwell_operations.console.views import Surroundings, View, allow, common
from stepwell_operations.domain.access import READ_FACILITIES, READ_FIGURES, READ_STATUS
from stepwell_operations.domain.way import ENDED, TREATED
from stepwell_operations.domain.weeks import DAYS, week_start
from stepwell_operations.store.crises import open_crises
from stepwell_operations.store.facilities import facilities, facility_view, find_facility
from stepwell_operations.store.figures import figures
from stepwell_operations.store.journeys import Filter, journeys
from stepwell_operations.store.parked import shown_keys
from stepwell_operations.store.tallies import count_work_of, funnel, journey_tallies, work_tallies
from stepwell_operations.store.worklist import WorkFilter, work
from stepwell_operations.words import local

RECENT = 10
WAITING = 8
WEEK = timedelta(days=DAYS)


class NetworkViews:
    """Reads pages. `again` says that a page which is open is drawn anew: that leaves no further audit row."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def now(self, caller: Caller, *, again: bool = False) -> View:
        """*Now*: the platform, the funnel, what waits for a person, and what changed last."""
        async with self._around.transactions(caller) as tx:
            allow(tx, READ_STATUS, Resource(tx.tenant, "platform"), again=again)
            counts = funnel(await journey_tallies(tx))
            shared = await common(tx)
            values = {
                "counts": counts,
                "most": max((count.journeys for count in counts.values()), default=0),
                "open_journeys": sum(count.journeys for phase, count in counts.items() if phase not in ENDED),
                "in_care": sum(count.journeys for phase, count in counts.items() if phase in TREATED),
                "waiting": await work(tx, WorkFilter(), most=WAITING),
                "waiting_count": count_work_of(await work_tallies(tx)),
                "crises": await open_crises(tx),
                "rows": await journeys(tx, Filter(), most=RECENT),
            }
        around = await self._around.pulse(caller, shared["now"])
        async with self._around.transactions(caller) as tx:
            parked = await shown_keys(tx, around["pulse"].platform.parked)
        return View("now", values | shared | around | {"parked": parked, "wall": datetime.now(UTC)})

    async def facilities(self, caller: Caller, *, again: bool = False) -> View:
        """*Facilities*: how full each is, who waits for it, and its open work."""
        async with self._around.transactions(caller) as tx:
            allow(tx, READ_FACILITIES, Resource(tx.tenant, "facility"), again=again)
            shared = await common(tx)
            values = {"rows": await facilities(tx)}
        return View("facilities", values | shared | await self._around.pulse(caller, shared["now"]))

    async def facility(self, caller: Caller, facility_id: UUID, day: date | None, *, again: bool = False) -> View:
        """*Facility*: its programs, the week in which a day lies, who waits, and its census over time."""
        async with self._around.transactions(caller) as tx:
            found = await find_facility(tx, facility_id)
            allow(tx, READ_FACILITIES, Resource(tx.tenant, "facility", facility_id, facility_id), again=again)
            known = await facility_view(tx, found, day)
            shared = await common(tx)
        today = local(shared["now"], found.zone).date()
        values = {
            "known": known,
            "today": today,
            "facility": found,
            "zone": found.zone,
            "timetable": timetable(known.sessions, known.week_starts_on, found.zone),
            "week_before": known.week_starts_on - WEEK,
            "week_after": known.week_starts_on + WEEK,
            "is_this_week": known.week_starts_on == week_start(today),
            "plots": (census_plot(known.census, found.places),),
        }
        return View("facility", values | shared | await self._around.pulse(caller, shared["now"]))

    async def figures(self, caller: Caller, facility_id: UUID | None, *, again: bool = False) -> View:
        """*Figures*: census, hours met per week and time to first contact of the last days; of one facility or all."""
        async with self._around.transactions(caller) as tx:
            allow(tx, READ_FIGURES, Resource(tx.tenant, "facility", facility_id, facility_id), again=again)
            shared = await common(tx)
            values = {
                "chosen": {"facility_id": facility_id},
                "at_facility": dict.fromkeys((None, *shared["names"].facilities)),
                "plots": plots(await figures(tx, facility_id)),
            }
        return View("figures", values | shared | await self._around.pulse(caller, shared["now"]))
