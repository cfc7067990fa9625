"""All events, by type."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.base import Event
from stepwell_contracts.events import intake, medication, notifications, scheduling

ALL_EVENTS: tuple[type[Event], ...] = (
    *intake.EVENTS,
    *scheduling.EVENTS,
    *medication.EVENTS,
    *notifications.EVENTS,
)

EVENT_TYPES: Mapping[str, type[Event]] = MappingProxyType({event.type: event for event in ALL_EVENTS})
