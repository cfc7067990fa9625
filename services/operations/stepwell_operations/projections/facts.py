"""What of an event the timeline shows: codes, quantities, times and ids, as short strings."""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum

from stepwell_contracts.base import Event

#: Known from the row itself, or too long for a glance.
LEFT_OUT = frozenset({"episode_id", "patient_id", "facility_id", "mix"})


def facts_of(event: Event) -> Mapping[str, str]:
    """The event's fields but those that its row has, in the order of the model; a coded reason by its name."""
    return {
        name: _short(value)
        for name, value in event.model_dump().items()
        if name not in LEFT_OUT and value is not None and value != ()
    }


def _short(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case IntEnum():
            return value.name.lower()
        case datetime():
            return value.isoformat(timespec="minutes")
        case tuple():
            return ", ".join(_short(one) for one in value)
        case _:
            return str(value)
