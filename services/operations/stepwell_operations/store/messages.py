"""Messages to patients and their answers, never the words; a caller's facilities bound the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_contracts.http.operations_network import MessageRow, ReplyRow
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_operations.domain.messages import MessageState
from stepwell_operations.store.scope import facilities_of, within
from stepwell_postgres.transaction import Transaction

WITHIN = f"""
join journey j on j.tenant_id = m.tenant_id and j.episode_id = m.episode_id
where {within("j.facility_id")} and ($3::uuid is null or m.episode_id = $3)
"""

LIST = f"""
select m.message_id, m.episode_id, j.facility_id, m.template, m.channel, m.state, m.reason_code, m.about, m.at,
       m.trace_id
from message m {WITHIN}
      and ($4::text is null or m.state = $4) and ($5::text is null or m.template = $5)
      and ($6::timestamptz is null or (m.at, m.message_id) < ($6, $7::uuid))
order by m.at desc, m.message_id desc
limit $8
"""

REPLIES = f"""
select m.reply_id, m.episode_id, j.facility_id, m.kind, m.at from reply m {WITHIN}
order by m.at desc, m.reply_id desc
limit $4
"""

Position = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """What a feed is narrowed to."""

    facility_id: UUID | None = None
    state: MessageState | None = None
    episode_id: UUID | None = None
    template: MessageTemplate | None = None


async def messages(
    tx: Transaction, only: MessageFilter, *, after: Position | None = None, most: int
) -> Sequence[MessageRow]:
    """Messages in the caller's scope, the latest first, after a position in that order."""
    instant, message_id = after or (None, None)
    narrowed = facilities_of(tx.caller), only.facility_id, only.episode_id, only.state, only.template
    rows = await tx.connection.fetch(LIST, *narrowed, instant, message_id, most)
    return [MessageRow(**row) for row in rows]


async def latest_replies(tx: Transaction, only: MessageFilter, most: int) -> Sequence[ReplyRow]:
    """The last replies in the caller's scope, whatever state and template the filter names."""
    rows = await tx.connection.fetch(REPLIES, facilities_of(tx.caller), only.facility_id, only.episode_id, most)
    return [ReplyRow(**row) for row in rows]
