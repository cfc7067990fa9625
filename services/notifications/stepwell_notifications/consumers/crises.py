"""Crises: the one fact on which notifications acts at once, for safety."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.events.intake_clinical import CrisisClosed, CrisisRaised
from stepwell_messaging.consumer import Handler, Incoming
from stepwell_notifications.usecases.close_page import close_page
from stepwell_notifications.usecases.raise_page import raise_page
from stepwell_postgres.transaction import Transaction


async def on_crisis_raised(tx: Transaction, incoming: Incoming) -> None:
    """Whoever is on call is paged."""
    crisis = incoming.read(CrisisRaised)
    await raise_page(tx, crisis.crisis_id, crisis.facility_id, crisis.episode_id, crisis.patient_id)


async def on_crisis_closed(tx: Transaction, incoming: Incoming) -> None:
    """Nobody is called any more."""
    await close_page(tx, incoming.read(CrisisClosed).crisis_id)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        CrisisRaised.type: on_crisis_raised,
        CrisisClosed.type: on_crisis_closed,
    }
)
