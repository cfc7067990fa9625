"""The timeline of an episode, without messages and replies for whoever may not read these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_contracts.http.operations import StreamSeen, TimelineEntry
from stepwell_operations.domain.access import reads_messages
from stepwell_operations.store.correspondence import readable
from stepwell_operations.store.journeys import JourneyDetail
from stepwell_postgres.transaction import Transaction

#: An event of the patient alone belongs to the episode while that is open.
ENTRIES = f"""
from timeline t
where patient_id = $1
      and (episode_id = $2
           or episode_id is null and at >= $3 and ($4::timestamptz is null or at <= $4))
      and {readable("$5", "t")}
"""

#: An entry is about an id if it is that event or names it among its facts.
NARROWED = """
($6::text is null or trace_id = $6)
and ($7::uuid is null or event_id = $7 or facts::text like '%' || $7::text || '%')
"""

#: By domain time, but never an event of a service before its predecessor there: two transactions may commit in another
#: order than they began.
LATEST = f"""
with entries as (
    select event_id, type, at, version, service, facts, trace_id, applied,
           max(at) over (partition by service order by version) as place_at
    {ENTRIES}
)
select event_id, type, at, version, service, facts, trace_id, count(*) over () as total
from entries
where {NARROWED} and ($8::text is null or service = $8)
order by place_at desc, applied desc
limit $9
"""

SERVICES = f"select service, count(*) as entries {ENTRIES} and {NARROWED} group by service"

STREAMS = "select service, version, missing from stream_seen where patient_id = $1 order by service"


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What a timeline is narrowed to: entries of a trace, about an id, of a service."""

    trace_id: str | None = None
    about: UUID | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """The latest entries of a timeline, the oldest first, and how many there are in all."""

    entries: Sequence[TimelineEntry]
    total: int


EVERY_ENTRY = EntryFilter()


async def latest_entries(
    tx: Transaction, episode_id: UUID, detail: JourneyDetail, *, only: EntryFilter = EVERY_ENTRY, most: int
) -> Entries:
    """The latest entries of an episode, all of them or those that a filter keeps."""
    rows = await tx.connection.fetch(LATEST, *_within(tx, episode_id, detail, only), only.service, most)
    entries = [TimelineEntry(**{name: row[name] for name in TimelineEntry.model_fields}) for row in rows]
    return Entries(entries[::-1], rows[0]["total"] if rows else 0)


async def count_by_service(
    tx: Transaction, episode_id: UUID, detail: JourneyDetail, only: EntryFilter
) -> Mapping[str, int]:
    """How many entries there are of each service, whatever service the filter names."""
    rows = await tx.connection.fetch(SERVICES, *_within(tx, episode_id, detail, only))
    return {row["service"]: row["entries"] for row in rows}


async def streams(tx: Transaction, patient_id: UUID) -> Sequence[StreamSeen]:
    """How far each service's events about the patient were applied."""
    return [StreamSeen(**row) for row in await tx.connection.fetch(STREAMS, patient_id)]


def events_applied(seen: Sequence[StreamSeen]) -> int:
    """How many events about a patient were applied; it grows with each of them."""
    return sum(stream.version for stream in seen)


def _within(tx: Transaction, episode_id: UUID, detail: JourneyDetail, only: EntryFilter) -> tuple[object, ...]:
    of_episode = detail.patient_id, episode_id, detail.opened_at, detail.closed_at
    return *of_episode, reads_messages(tx.caller), only.trace_id, only.about
