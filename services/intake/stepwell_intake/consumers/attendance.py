"""Keeps the weeks of care that the step-down criteria look at."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.events.scheduling import WeekClosed
from stepwell_intake.store.attended_weeks import keep_week
from stepwell_messaging.consumer import Handler, Incoming
from stepwell_postgres.transaction import Transaction


async def on_week_closed(tx: Transaction, incoming: Incoming) -> None:
    """Minutes required and attended in a week."""
    await keep_week(tx, incoming.read(WeekClosed), incoming.envelope.version)


HANDLERS: Mapping[str, Handler] = MappingProxyType({WeekClosed.type: on_week_closed})
