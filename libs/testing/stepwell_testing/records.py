"""Events as a consumer receives them, without a broker."""

from datetime import datetime
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.envelope import Envelope
from stepwell_kernel.ids import new_id
from stepwell_messaging.incoming import Incoming, Record
from stepwell_messaging.topics import load_topics

#: Read once: a test may make thousands of records.
TOPICS = load_topics()


def incoming(
    event: Event,
    *,
    key: str | UUID,
    at: datetime,
    version: int = 1,
    tenant: str = "riverbend",
    episode_id: UUID | None = None,
) -> Incoming:
    """The event as its topic would bring it."""
    envelope = Envelope(
        id=new_id(),
        type=event.type,
        source=event.type.split(".")[1],
        time=at,
        subject=str(key),
        tenant=tenant,
        version=version,
        episode=episode_id,
    )
    topic = TOPICS.of(event.type).name
    record = Record(topic, 0, version, str(key), (), event.model_dump_json().encode())
    return Incoming(envelope, event, record)
