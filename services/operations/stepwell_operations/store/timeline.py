"""The timeline of an episode."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_contracts.http.operations import StreamSeen, TimelineEntry
from stepwell_operations.store.journeys import JourneyDetail
from stepwell_postgres.transaction import Transaction

#: By domain time, but never an event of a service before its predecessor there: two transactions may commit in another
#: order than they began. An event of the patient alone belongs to the episode while that is open.
LATEST = """
with entries as (
    select event_id, type, at, version, service, facts, trace_id, applied,
           max(at) over (partition by service order by version) as place_at
    from timeline
    where patient_id = $1
          and (episode_id = $2
               or episode_id is null and at >= $3 and ($4::timestamptz is null or at <= $4))
)
select event_id, type, at, version, service, facts, trace_id, count(*) over () as total
from entries
where $5::text is null or trace_id = $5
order by place_at desc, applied desc
limit $6
"""

STREAMS = "select service, version, missing from stream_seen where patient_id = $1 order by service"


@dataclass(frozen=True, slots=True)
class Entries:
    """The latest entries of a timeline, the oldest first, and how many there are in all."""

    entries: Sequence[TimelineEntry]
    total: int


async def latest_entries(
    tx: Transaction, episode_id: UUID, detail: JourneyDetail, *, trace_id: str | None = None, most: int
) -> Entries:
    """The latest entries of an episode, all of them or those of one trace."""
    rows = await tx.connection.fetch(
        LATEST, detail.patient_id, episode_id, detail.opened_at, detail.closed_at, trace_id, most
    )
    entries = [TimelineEntry(**{name: row[name] for name in TimelineEntry.model_fields}) for row in rows]
    return Entries(entries[::-1], rows[0]["total"] if rows else 0)


async def streams(tx: Transaction, patient_id: UUID) -> Sequence[StreamSeen]:
    """How far each service's events about the patient were applied."""
    return [StreamSeen(**row) for row in await tx.connection.fetch(STREAMS, patient_id)]
