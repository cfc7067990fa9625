"""What of an event the timeline shows: codes, quantities and times, as short strings."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stepwell_contracts.base import Event

#: Known from the row itself, or of no use to a reader.
LEFT_OUT = frozenset({"episode_id", "patient_id", "facility_id"})


def facts_of(event: Event) -> Mapping[str, str]:
    """The event's fields but those that its row has, in the order of the model."""
    values = event.model_dump()
    return {name: _short(value) for name, value in values.items() if name not in LEFT_OUT and value is not None}


def _short(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, UUID):
        return str(value)
    return str(value)
