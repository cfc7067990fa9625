"""What the databases say after a story: who published what, who applied it, and where everything stands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from stepwell_contracts.envelope import Envelope
from stepwell_contracts.events import EVENT_TYPES
from stepwell_contracts.events.scheduling import FacilityPublished
from stepwell_contracts.journey import JOURNEY_EVENTS
from stepwell_devstack.platform import Platform
from stepwell_intake.consumers.handlers import HANDLERS as INTAKE
from stepwell_medication.consumers.reference import HANDLERS as MEDICATION
from stepwell_messaging.headers import from_headers, unpack
from stepwell_messaging.topics import load_topics
from stepwell_notifications.consumers.handlers import HANDLERS as NOTIFICATIONS
from stepwell_scheduling.consumers.episodes import HANDLERS as SCHEDULING
from stepwell_testing.eventually import eventually

PRODUCERS = ("intake", "scheduling", "medication", "notifications")

#: By consumer: its database and the event types that it handles.
CONSUMERS: Mapping[str, tuple[str, frozenset[str]]] = {
    "intake": ("intake", frozenset(INTAKE)),
    "scheduling": ("scheduling", frozenset(SCHEDULING)),
    "medication": ("medication", frozenset(MEDICATION)),
    "notifications": ("notifications", frozenset(NOTIFICATIONS)),
    "journeys": ("journeys", JOURNEY_EVENTS),
    "calendars": ("journeys", frozenset({FacilityPublished.type})),
    "operations": ("operations", frozenset(EVENT_TYPES)),
}


async def rows(platform: Platform, database: str, statement: str, *arguments: object) -> Sequence[asyncpg.Record]:
    """Rows of a database, past all policies."""
    url = platform.superuser_url.rsplit("/", 1)[0] + f"/{database}"
    connection = await asyncpg.connect(url, ssl=False)
    try:
        return await connection.fetch(statement, *arguments)
    finally:
        await connection.close()


async def published(platform: Platform) -> list[tuple[str, str, Envelope]]:
    """Topic, key and envelope of every event that was acknowledged, in the order of each outbox."""
    events = []
    for database in PRODUCERS:
        archived = await rows(platform, database, "select topic, key, headers from outbox_archive order by id")
        events += [(row["topic"], row["key"], from_headers(unpack(row["headers"]))) for row in archived]
    return events


async def gaps_in_streams(platform: Platform) -> list[str]:
    """Streams of patients whose versions are not 1, 2, 3 ... in the order in which they were sent."""
    versions: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for topic, key, envelope in await published(platform):
        if topic.endswith(".patient"):
            versions[envelope.source, key].append(envelope.version)
    return [
        f"{source} {key}: {seen}" for (source, key), seen in versions.items() if seen != list(range(1, len(seen) + 1))
    ]


async def not_applied(platform: Platform) -> list[str]:
    """Events that a consumer should have applied and did not; the inbox's key makes twice impossible."""
    topics, problems = load_topics(), []
    everything = await published(platform)
    for consumer, (database, types) in CONSUMERS.items():
        seen = await rows(platform, database, "select event_id from inbox where consumer = $1", consumer)
        applied = {row["event_id"] for row in seen}
        problems += [
            f"{consumer} lacks {envelope.type} {envelope.id}"
            for topic, _, envelope in everything
            if envelope.type in types and consumer in topics.all[topic].consumers and envelope.id not in applied
        ]
    return problems


async def unsent(platform: Platform) -> int:
    """Events that wait in an outbox."""
    counts = [await rows(platform, name, "select count(*) from outbox") for name in PRODUCERS]
    return sum(count[0][0] for count in counts)


async def parked(platform: Platform) -> list[tuple[Any, ...]]:
    """Keys that wait, in all databases."""
    found: list[tuple[Any, ...]] = []
    for database in {database for database, _ in CONSUMERS.values()}:
        found += [
            tuple(row) for row in await rows(platform, database, "select consumer, topic, reason from parked_key")
        ]
    return found


async def repeated_ids(platform: Platform) -> list[UUID]:
    """Event ids that were archived more than once."""
    ids = [envelope.id for _, _, envelope in await published(platform)]
    return [identifier for identifier in set(ids) if ids.count(identifier) > 1]


async def settled(platform: Platform) -> None:
    """Wait until everything emitted was sent, and everything sent was applied."""

    async def open_ends() -> list[str]:
        return [f"{await unsent(platform)} unsent"] if await unsent(platform) else await not_applied(platform)

    await eventually(open_ends, until=lambda ends: not ends, within_s=60)
