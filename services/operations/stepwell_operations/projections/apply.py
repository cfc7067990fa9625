"""Applies a batch of events to the read models, set-based; a repeat changes nothing."""

from collections.abc import Sequence


from opentelemetry import trace

from stepwell_contracts.events.intake import (
    CareTaskClosed,
    CareTaskEscalated,
    CareTaskOpened,
    EpisodePhaseChanged,
    ReferralReceived,
)
from stepwell_contracts.events.scheduling import FacilityPublished
from stepwell_kernel.codes import Phase
from stepwell_messaging.incoming import Incoming
from stepwell_operations.projections.facts import facts_of
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.telemetry import remote_context

ADD_TO_TIMELINE = """
insert into timeline (event_id, tenant_id, episode_id, service, type, version, at, facts, trace_id)
select event_id, $1, coalesce(e.episode_id, j.episode_id), service, type, e.version, at, facts, trace_id
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[], $9::jsonb[],
            $10::text[]) with ordinality
     as e (event_id, episode_id, subject, service, type, version, at, facts, trace_id, place)
left join journey j on e.episode_id is null and j.patient_id::text = e.subject
where coalesce(e.episode_id, j.episode_id) is not null
order by place
on conflict do nothing
"""

OPEN_JOURNEY = """
insert into journey (episode_id, tenant_id, patient_id, facility_id, program_id, phase, since, received_at, version)
values ($1, $2, $3, $4, $5, $6, $7, $7, $8)
on conflict do nothing
"""

MOVE_JOURNEY = """
update journey
set phase = $2, part = $3, facility_id = $4, program_id = $5, version = $6, change = nextval('change_number'),
    since = case when phase = $2 then since else $7 end
where episode_id = $1 and version < $6
"""

OPEN_TASK = """
insert into care_task (task_id, tenant_id, episode_id, kind, role, due_at, state)
values ($1, $2, $3, $4, $5, $6, 'open') on conflict do nothing
"""

ESCALATE_TASK = "update care_task set role = $2, due_at = $3 where task_id = $1 and state = 'open'"

CLOSE_TASK = "update care_task set state = 'closed', outcome = $2 where task_id = $1"

TOUCH_JOURNEYS = "update journey set change = nextval('change_number') where episode_id = any($1::uuid[])"

KEEP_FACILITY = """
insert into facility (facility_id, tenant_id, neutral_name, zone, version) values ($1, $2, $3, $4, $5)
on conflict (facility_id) do update
    set neutral_name = excluded.neutral_name, zone = excluded.zone, version = excluded.version
    where facility.version < excluded.version
"""


async def apply(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Bring journeys, tasks, facilities and the timeline up to the batch."""
    for one in incoming:
        await _apply_state(tx, one)
    await _add_to_timeline(tx, [one for one in incoming if "/" not in one.key])
    episodes = {one.envelope.episode for one in incoming if one.envelope.episode is not None}
    if episodes:
        await tx.connection.execute(TOUCH_JOURNEYS, sorted(episodes))


async def _apply_state(tx: Transaction, incoming: Incoming) -> None:
    execute, envelope = tx.connection.execute, incoming.envelope
    match incoming.event:
        case ReferralReceived() as event:
            await execute(
                OPEN_JOURNEY,
                event.episode_id,
                tx.tenant,
                event.patient_id,
                event.facility_id,
                event.program_id,
                Phase.REFERRAL,
                envelope.time,
                envelope.version,
            )
        case EpisodePhaseChanged() as event:
            await execute(
                MOVE_JOURNEY,
                event.episode_id,
                event.phase,
                event.part,
                event.facility_id,
                event.program_id,
                envelope.version,
                envelope.time,
            )
        case CareTaskOpened() as event:
            await execute(
                OPEN_TASK, event.task_id, tx.tenant, event.episode_id, event.kind, event.role, event.due_at
            )
        case CareTaskEscalated() as event:
            await execute(ESCALATE_TASK, event.task_id, event.role, event.due_at)
        case CareTaskClosed() as event:
            await execute(CLOSE_TASK, event.task_id, event.outcome)
        case FacilityPublished() as event:
            await execute(
                KEEP_FACILITY, event.facility_id, tx.tenant, event.neutral_name, event.zone, envelope.version
            )
        case _:
            pass


async def _add_to_timeline(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    if not incoming:
        return
    await tx.connection.execute(
        ADD_TO_TIMELINE,
        tx.tenant,
        [one.id for one in incoming],
        [one.envelope.episode for one in incoming],
        [one.envelope.subject for one in incoming],
        [one.envelope.source for one in incoming],
        [one.envelope.type.split(".")[2] for one in incoming],
        [one.envelope.version for one in incoming],
        [one.envelope.time for one in incoming],
        [dict(facts_of(one.event)) for one in incoming],
        [_trace_id(one.envelope.traceparent) for one in incoming],
    )


def _trace_id(traceparent: str | None) -> str | None:
    context = trace.get_current_span(remote_context(traceparent)).get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


