"""The timeline: every event about a patient, once."""

from collections.abc import Sequence
from uuid import UUID

from opentelemetry import trace

from stepwell_messaging.incoming import Incoming
from stepwell_operations.projections.facts import facts_of
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.telemetry import remote_context

ADD = """
insert into timeline (tenant_id, event_id, patient_id, episode_id, service, type, version, at, facts, trace_id)
select $1, event_id, patient_id, episode_id, service, type, version, at, facts, trace_id
from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[],
            $9::jsonb[], $10::text[]) with ordinality
     as e (event_id, patient_id, episode_id, service, type, version, at, facts, trace_id, place)
order by place
on conflict do nothing
"""


async def add_to_timeline(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Add what is not there yet, in the order of the batch."""
    envelopes = [one.envelope for one in incoming]
    await tx.connection.execute(
        ADD,
        tx.tenant,
        [envelope.id for envelope in envelopes],
        [UUID(envelope.subject) for envelope in envelopes],
        [envelope.episode for envelope in envelopes],
        [envelope.source for envelope in envelopes],
        [short_type(envelope.type) for envelope in envelopes],
        [envelope.version for envelope in envelopes],
        [envelope.time for envelope in envelopes],
        [facts_of(one.event) for one in incoming],
        [trace_id_of(envelope.traceparent) for envelope in envelopes],
    )


def short_type(event_type: str) -> str:
    """`stepwell.scheduling.week_closed.v1` as `week_closed`: the service has a column of its own."""
    return event_type.split(".")[2]


def trace_id_of(traceparent: str | None) -> str | None:
    """The trace of a context as 32 hex digits, None without one."""
    context = trace.get_current_span(remote_context(traceparent)).get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None
