"""Starts the calendar of each facility that is published."""

from collections.abc import Sequence

from stepwell_contracts.events.scheduling import FacilityPublished
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction
from stepwell_workflows.bridge.signals import Journeys


class Calendars:
    """Starting is no part of the transaction: a crash before the claim repeats it, and that changes nothing."""

    def __init__(self, journeys: Journeys) -> None:
        self._journeys = journeys

    def takes(self, event_type: str) -> bool:
        """Only facilities have a calendar."""
        return event_type == FacilityPublished.type

    async def prepare(self, incoming: Sequence[Incoming]) -> None:
        """Start a calendar for each facility that has none."""
        for one in incoming:
            facility = one.read(FacilityPublished)
            await self._journeys.start_calendar(one.envelope.tenant, facility.facility_id)

    async def handle(self, tx: Transaction, incoming: Sequence[Incoming]) -> None:
        """Nothing is kept; that the event was taken is in the inbox."""
        del tx, incoming
