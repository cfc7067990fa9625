"""A record as a consumer sees it."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from pydantic import ValidationError

from stepwell_contracts.base import Event
from stepwell_contracts.envelope import Envelope
from stepwell_contracts.events import EVENT_TYPES
from stepwell_kernel.errors import Bug
from stepwell_messaging.headers import Headers, MalformedHeaders, from_headers

E = TypeVar("E", bound=Event)


class Poison(Exception):
    """A record that can never be handled: it cannot be decoded, or breaks its contract."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a topic as it came."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: Headers
    value: bytes | None

    def event_type(self) -> str | None:
        """The type in the headers, without reading anything else."""
        return next((value.decode(errors="replace") for name, value in self.headers if name == "ce_type"), None)


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event that was read from a record."""

    envelope: Envelope
    event: Event
    record: Record

    @property
    def key(self) -> str:
        """The record's key: a patient's or facility's id, or `<kind>/<id>` of reference data."""
        return self.record.key

    @property
    def id(self) -> UUID:
        """The event's id."""
        return self.envelope.id

    def read(self, model: type[E]) -> E:
        """The event as its model; Bug (`event_of_another_type`) when a handler is registered for the wrong one."""
        if not isinstance(self.event, model):
            raise Bug("event_of_another_type", f"{self.envelope.type} is not a {model.__name__}")
        return self.event


def read(record: Record) -> Incoming:
    """The event of a record; Poison when it cannot be read."""
    try:
        envelope = from_headers(record.headers)
        return Incoming(envelope, EVENT_TYPES[envelope.type].model_validate_json(record.value or b""), record)
    except (MalformedHeaders, KeyError, ValidationError) as error:
        raise Poison(type(error).__name__) from error
