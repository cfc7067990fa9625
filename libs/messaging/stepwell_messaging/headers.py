"""The envelope as Kafka headers: CloudEvents 1.0, binary mode."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from stepwell_contracts.envelope import Envelope

Headers = Sequence[tuple[str, bytes]]

CONTENT_TYPE = "application/json"


class MalformedHeaders(Exception):
    """A record whose headers are not those of an event; it can never be read."""


def to_headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """The headers of an event."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": str(envelope.id),
        "ce_type": envelope.type,
        "ce_source": envelope.source,
        "ce_time": envelope.time.isoformat(),
        "ce_subject": envelope.subject,
        "ce_tenant": envelope.tenant,
        "ce_version": str(envelope.version),
        "content-type": CONTENT_TYPE,
    }
    if envelope.episode is not None:
        attributes["ce_episode"] = str(envelope.episode)
    if envelope.cause is not None:
        attributes["ce_cause"] = envelope.cause
    if envelope.traceparent is not None:
        attributes["traceparent"] = envelope.traceparent
    return [(name, value.encode()) for name, value in attributes.items()]


def from_headers(headers: Headers) -> Envelope:
    """The envelope in a record's headers; MalformedHeaders for anything else."""
    try:
        values = {name: value.decode() for name, value in headers}
        return Envelope(
            id=UUID(values["ce_id"]),
            type=values["ce_type"],
            source=values["ce_source"],
            time=datetime.fromisoformat(values["ce_time"]),
            subject=values["ce_subject"],
            tenant=values["ce_tenant"],
            version=int(values["ce_version"]),
            episode=UUID(values["ce_episode"]) if values.get("ce_episode") else None,
            cause=values.get("ce_cause"),
            traceparent=values.get("traceparent"),
        )
    except (KeyError, ValueError) as error:
        raise MalformedHeaders(type(error).__name__) from error


def with_traceparent(headers: Headers, traceparent: str | None) -> list[tuple[str, bytes]]:
    """The headers with the trace context replaced, never appended: readers take the first one."""
    others = [(name, value) for name, value in headers if name != "traceparent"]
    return others if traceparent is None else [*others, ("traceparent", traceparent.encode())]


def pack(headers: Headers) -> bytes:
    """The headers as bytes for a column; bytes that are no text survive: a record that cannot be read is parked."""
    return json.dumps([[name, value.decode(errors="surrogateescape")] for name, value in headers]).encode()


def unpack(packed: bytes) -> list[tuple[str, bytes]]:
    """The headers from a column."""
    return [(name, value.encode(errors="surrogateescape")) for name, value in json.loads(packed)]
