"""What a page is made of, and what all readings of pages share: one transaction, and what the person may see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stepwell_kernel.access import Action, Resource, authorize
from stepwell_kernel.caller import Caller
from stepwell_operations.domain.access import opens_journeys
from stepwell_operations.platform_status import PlatformStatus, PlatformWatch
from stepwell_operations.store.reference import Names, names
from stepwell_postgres.transaction import Transaction, Transactions

UTC_ZONE = "UTC"


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


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where pages are read, and what stands around each of them; `factor` tells how fast domain time runs."""

    transactions: Transactions
    watch: PlatformWatch
    factor: Callable[[], float]

    async def pulse(self, caller: Caller, now: datetime) -> dict[str, Any]:
        """Asked for outside of the transaction: no network call runs inside one."""
        return {"pulse": Pulse(now, self.factor(), await self.watch.status(caller.tenant))}


async def common(tx: Transaction) -> dict[str, Any]:
    """What every page names things and times by, and whether it may lead to journeys."""
    known = await names(tx)
    return {"names": known, "zones": Zones(known), "now": tx.now, "opens_journeys": opens_journeys(tx.caller)}


def allow(tx: Transaction, action: Action, resource: Resource, *, again: bool) -> None:
    """Let the caller of a page pass; a page that is open and drawn `again` leaves no further audit row."""
    if again:
        authorize(tx.caller, action, resource)
    else:
        tx.authorize(action, resource)
