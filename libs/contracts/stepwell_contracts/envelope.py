"""The envelope around every event: CloudEvents 1.0 attributes, carried as Kafka headers in binary mode."""

from uuid import UUID

from stepwell_contracts.base import Instant, Value


class Envelope(Value):
    """Metadata of one event.

    `version` is the number of the event in its stream (patient or facility) of one service, from 1 without a gap.
    `cause` is the id of the event, action or duty that led to it, `time` is domain time.
    """

    id: UUID
    type: str
    source: str
    time: Instant
    subject: str
    tenant: str
    version: int
    episode: UUID | None = None
    cause: str | None = None
    traceparent: str | None = None
