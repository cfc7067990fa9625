"""Messages to patients: how far each of them got."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_contracts.events.notifications import MessageFailed, MessageLapsed, MessageSent, MessageSuppressed
from stepwell_contracts.events.notifications_replies import MessageDelivered
from stepwell_messaging.incoming import Incoming
from stepwell_operations.domain.messages import MessageState
from stepwell_operations.projections.timeline import trace_id_of
from stepwell_postgres.transaction import Transaction

Message = MessageSent | MessageDelivered | MessageSuppressed | MessageLapsed | MessageFailed

KEEP = """
insert into message (tenant_id, message_id, episode_id, template, channel, state, reason_code, about, at, trace_id,
                     version)
select $1, e.*
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::timestamptz[],
            $10::text[], $11::bigint[]) as e
order by 2
on conflict (tenant_id, message_id) do update
    set channel = coalesce(excluded.channel, message.channel), state = excluded.state,
        reason_code = excluded.reason_code, at = excluded.at, trace_id = excluded.trace_id, version = excluded.version
    where message.version < excluded.version
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What the last event of a batch says of a message."""

    message_id: UUID
    episode_id: UUID
    template: str
    channel: str | None
    state: MessageState
    reason_code: str | None
    about: UUID
    at: datetime
    trace_id: str | None
    version: int


async def keep_messages(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Bring each message to where its last event puts it."""
    last = {told.message_id: told for one in incoming if (told := _told(one))}
    if last:
        await _keep(tx, list(last.values()))


def _told(one: Incoming) -> Told | None:
    match one.event:
        case MessageSent() as event:
            return _as(one, event, MessageState.SENT, channel=event.channel)
        case MessageDelivered() as event:
            return _as(one, event, MessageState.DELIVERED, channel=event.channel)
        case MessageSuppressed() as event:
            return _as(one, event, MessageState.SUPPRESSED, reason_code=event.reason_code)
        case MessageLapsed() as event:
            return _as(one, event, MessageState.LAPSED)
        case MessageFailed() as event:
            return _as(one, event, MessageState.FAILED, channel=event.channel, reason_code=event.reason_code)
        case _:
            return None


def _as(
    one: Incoming, event: Message, state: MessageState, *, channel: str | None = None, reason_code: str | None = None
) -> Told:
    envelope = one.envelope
    return Told(
        message_id=event.message_id,
        episode_id=event.episode_id,
        template=event.template,
        channel=channel,
        state=state,
        reason_code=reason_code,
        about=event.about,
        at=envelope.time,
        trace_id=trace_id_of(envelope.traceparent),
        version=envelope.version,
    )


async def _keep(tx: Transaction, rows: Sequence[Told]) -> None:
    await tx.connection.execute(
        KEEP,
        tx.tenant,
        [row.message_id for row in rows],
        [row.episode_id for row in rows],
        [row.template for row in rows],
        [row.channel for row in rows],
        [row.state for row in rows],
        [row.reason_code for row in rows],
        [row.about for row in rows],
        [row.at for row in rows],
        [row.trace_id for row in rows],
        [row.version for row in rows],
    )
