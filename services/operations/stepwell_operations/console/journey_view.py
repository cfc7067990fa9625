"""What the page of a journey shows, as data: what lies ahead of it and what happened, in one order."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from stepwell_contracts.http.operations import TimelineEntry
from stepwell_kernel.access import Resource
from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Phase
from stepwell_operations.console.episode import read_episode
from stepwell_operations.console.hours_plot import hours_plot
from stepwell_operations.console.standing import where_things_stand
from stepwell_operations.console.views import Surroundings, View, allow, common
from stepwell_operations.domain.access import READ_JOURNEYS
from stepwell_operations.domain.way import steps
from stepwell_operations.journey_watch import JourneyWatch
from stepwell_operations.musts import Must, musts
from stepwell_operations.store.journeys import find_journey, journey_detail
from stepwell_operations.store.timeline import EVERY_ENTRY, EntryFilter, count_by_service, latest_entries
from stepwell_operations.words import local

ENTRIES = 150
ALL_ENTRIES = 2_000

#: Stands among the services for what the journey sees to.
JOURNEY = "journey"


class JourneyViews:
    """Reads the page of a journey. `again` says that a page which is open is drawn anew."""

    def __init__(self, around: Surroundings, journey_watch: JourneyWatch) -> None:
        self._around = around
        self._journey_watch = journey_watch

    async def journey(
        self,
        caller: Caller,
        episode_id: UUID,
        only: EntryFilter = EVERY_ENTRY,
        *,
        whole: bool = False,
        again: bool = False,
    ) -> View:
        """*Journey*: one episode with its way, where things stand, weeks, and what was and will be."""
        async with self._around.transactions(caller) as tx:
            row = await find_journey(tx, episode_id)
            allow(tx, READ_JOURNEYS, Resource(tx.tenant, "journey", episode_id, row.facility_id), again=again)
            detail = await journey_detail(tx, episode_id)
            found = await latest_entries(tx, episode_id, detail, only=only, most=ALL_ENTRIES if whole else ENTRIES)
            services = await count_by_service(tx, episode_id, detail, only)
            shared = await common(tx)
            zone = shared["zones"].of(row.facility_id)
            known = await read_episode(tx, row, detail)
        # Asked outside of the transaction, as the platform is.
        told = None if known.phase is Phase.CLOSED else await self._journey_watch.view(episode_id, known.mark)
        what = musts(told.obligations if told else (), known.tasks)
        values = {
            "known": known,
            "row": row,
            "zone": zone,
            "steps": steps(known.phase, known.entries),
            "standing": where_things_stand(known, told, what, shared["now"], zone),
            "hours": hours_plot(known.weeks),
            "answers": told is not None,
            "total": found.total,
            "shown": len(found.entries),
            "days": by_day(found.entries, zone),
        }
        values |= _ahead(what, only, zone) | _chosen(only, services, whole=whole)
        return View("journey", values | shared | await self._around.pulse(caller, shared["now"]))


def by_day(entries: Sequence[TimelineEntry], zone: str) -> Sequence[tuple[date, Sequence[TimelineEntry]]]:
    """Entries under the local days of the facility, the latest first."""
    latest_first = reversed(entries)
    return [(day, list(group)) for day, group in groupby(latest_first, key=lambda entry: local(entry.at, zone).date())]


def by_due_day(what: Sequence[Must], zone: str) -> Sequence[tuple[date, Sequence[Must]]]:
    """What must happen under the local days on which it is due, the last first: what is late ends the list."""
    last_first = sorted(what, key=lambda must: (must.due_at, must.key), reverse=True)
    return [(day, list(group)) for day, group in groupby(last_first, key=lambda must: local(must.due_at, zone).date())]


def _ahead(what: Sequence[Must], only: EntryFilter, zone: str) -> dict[str, Any]:
    """What lies ahead; of no trace and about no id, so it is not shown with entries narrowed to these."""
    shows = only.trace_id is None and only.about is None and only.service in (None, JOURNEY)
    return {"shows_ahead": shows, "musts": what, "ahead": by_due_day(what, zone) if shows else []}


def _chosen(only: EntryFilter, services: Mapping[str, int], *, whole: bool) -> dict[str, Any]:
    chosen = {"service": only.service, "trace_id": only.trace_id, "about": only.about, "whole": whole}
    return {"only": only, "chosen": chosen, "services": services, "in_all": sum(services.values())}
