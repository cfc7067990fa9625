"""From a raw signal to a fact."""

from typing import Any

from stepwell_contracts.events import EVENT_TYPES
from stepwell_contracts.journey import JourneyEvent
from stepwell_workflows.journey.happenings import Fact


def read_fact(raw: dict[str, Any]) -> Fact:
    """The fact in a signal. Raises pydantic's ValidationError, or KeyError for a type that is not registered."""
    message = JourneyEvent.model_validate(raw)
    model = EVENT_TYPES[message.envelope.type]
    return Fact(message.envelope, model.model_validate(message.data))
