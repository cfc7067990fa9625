"""The registry of topics, and the partition of a key."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from stepwell_kernel.errors import Bug, Unavailable

ALREADY_EXISTS = 36
BUCKETS = 1024
MILLISECONDS_PER_DAY = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as `topics.yaml` has it; `partitions` in production and on a local platform."""

    name: str
    owner: str
    consumers: tuple[str, ...]
    key: str
    partitions: int
    local_partitions: int
    cleanup: str
    retention_days: int | None
    events: tuple[str, ...]


class Topics:
    """All topics, and where an event type belongs."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.all: Mapping[str, Topic] = MappingProxyType({topic.name: topic for topic in topics})
        self._by_event = {event: topic for topic in topics for event in topic.events}

    def of(self, event_type: str) -> Topic:
        """The topic of an event type; Bug (`event_without_topic`) for one that is not registered."""
        try:
            return self._by_event[event_type]
        except KeyError as error:
            raise Bug("event_without_topic", f"{event_type} has no topic in topics.yaml") from error


def load_topics() -> Topics:
    """The registry."""
    document = yaml.safe_load((files("stepwell_contracts") / "topics.yaml").read_text(encoding="utf-8"))
    return Topics([_topic(entry) for entry in document["topics"]])


def _topic(entry: Mapping[str, Any]) -> Topic:
    production, local = entry["partitions"]
    return Topic(
        name=entry["name"],
        owner=entry["owner"],
        consumers=tuple(entry["consumers"]),
        key=entry["key"],
        partitions=production,
        local_partitions=local,
        cleanup=entry["cleanup"],
        retention_days=entry.get("retention_days"),
        events=tuple(entry["events"]),
    )


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key: by one of 1,024 fixed buckets, so that growing can move buckets one by one."""
    bucket = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest()) % BUCKETS
    return bucket * partitions // BUCKETS


async def create_topics(brokers: str, *, local: bool = True) -> None:
    """Create what is missing; Unavailable (`topics_not_created`) with the broker's codes when it refuses."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        answer = await admin.create_topics([_new_topic(topic, local=local) for topic in load_topics().all.values()])
        refused = {error[0]: error[1] for error in answer.topic_errors if error[1] not in {0, ALREADY_EXISTS}}
        if refused:
            raise Unavailable("topics_not_created", f"the broker refused topics: {refused}")
    finally:
        await admin.close()


def _new_topic(topic: Topic, *, local: bool) -> NewTopic:
    configuration = {"cleanup.policy": topic.cleanup}
    if topic.retention_days is not None:
        configuration["retention.ms"] = str(topic.retention_days * MILLISECONDS_PER_DAY)
    if not local:
        configuration["min.insync.replicas"] = "2"
    return NewTopic(
        topic.name,
        num_partitions=topic.local_partitions if local else topic.partitions,
        replication_factor=1 if local else 3,
        topic_configs=configuration,
    )
