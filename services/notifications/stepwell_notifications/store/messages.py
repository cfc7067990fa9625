"""Messages: planned, held, and their fate."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import NotFound
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_notifications.domain.messages import Message
from stepwell_postgres.transaction import Transaction

COLUMNS = """message_id, facility_id, episode_id, patient_id, template, channel, about, starts_at, due_at, useful_until,
    slot, rule_version, state, withdrawn"""

PLAN = """
insert into message (message_id, tenant_id, facility_id, episode_id, patient_id, template, channel, about, starts_at,
                     due_at, useful_until, slot, rule_version, asked_by, state)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'due')
on conflict (message_id) do update
    set state = case message.state when 'sending' then 'sending' else 'due' end,
        due_at = case message.state when 'sending' then message.due_at else excluded.due_at end,
        withdrawn = null, reason_code = null, ended_at = null, starts_at = excluded.starts_at,
        useful_until = excluded.useful_until, rule_version = excluded.rule_version
    where message.state in ('suppressed', 'due', 'sending')
returning state = 'due'
"""

FIND = f"select {COLUMNS} from message where message_id = $1"

HOLD = f"{FIND} for update"

PLANNED_ABOUT = "select message_id from message where about = $1"

OPEN_ABOUT = (
    f"select {COLUMNS} from message where about = $1 and state in ('due', 'sending') order by message_id for update"
)

OPEN_OF_PATIENT = f"""
select {COLUMNS} from message
where patient_id = $1 and state in ('due', 'sending') and ($2::uuid is null or episode_id = $2)
order by message_id for update
"""

OF_EPISODE = """
select message_id, episode_id, template, channel, about, state, due_at, useful_until, ended_at, reason_code,
       delivered_at
from message where episode_id = $1 order by due_at, message_id
"""

UNDELIVERED = """
select message_id, episode_id, facility_id, useful_until
from message
where facility_id = $1 and state = 'failed' and useful_until > $2 and ($3::timestamptz is null or useful_until < $3)
      and (useful_until, message_id) > ($4, $5)
order by useful_until, message_id
limit $6
"""

#: The rule is the one by which the reminder was planned.
COVERING = """
select other.state
from message other
join reminder_rule rule on rule.rule_id || '/' || rule.version = $5
where other.patient_id = $1 and other.template = $2 and other.slot = $3
      and other.state in ('due', 'sending', 'sent') and other.withdrawn is null
      and (other.starts_at, other.message_id) < ($6, $4)
      and other.starts_at >= $6 - make_interval(mins => rule.one_within_minutes)
"""

#: Rules are those by which the reminders were planned.
OUTDATED = """
select exists (
    select from message later
         join reminder_rule rule on rule.rule_id || '/' || rule.version = later.rule_version
         join reminder_rule own on own.rule_id || '/' || own.version = $3
    where later.about = $1 and later.template = $2 and later.starts_at = $4 and rule.hours_before < own.hours_before
          and later.starts_at - make_interval(hours => rule.hours_before) <= $5
          and later.state in ('due', 'sending', 'sent') and later.withdrawn is null
)
"""

SENT_OF_KIND = """
select ended_at from message
where patient_id = $1 and template = any ($2) and state = 'sent' and ended_at > $3
order by ended_at
"""

WITHDRAW = "update message set withdrawn = $2 where message_id = $1"

END = """
update message set state = $2, reason_code = $3, channel = coalesce($4, channel), ended_at = $5 where message_id = $1
"""

DELIVERED = "update message set delivered_at = $2 where message_id = $1 and delivered_at is null returning true"

MOVE = "update message set due_at = $2 where message_id = $1"


def _message(row: asyncpg.Record) -> Message:
    channel = Channel(row["channel"]) if row["channel"] else None
    return Message(**(dict(row) | {"template": MessageTemplate(row["template"]), "channel": channel}))


async def plan_message(tx: Transaction, message: Message, asked_by: UUID | None = None) -> bool:
    """Store a message that is due; one of that id that was suppressed is due again, one on its way goes on.

    Answers whether it is due now and needs its duty.
    """
    return bool(
        await tx.connection.fetchval(
            PLAN,
            message.message_id,
            tx.tenant,
            message.facility_id,
            message.episode_id,
            message.patient_id,
            message.template,
            message.channel,
            message.about,
            message.starts_at,
            message.due_at,
            message.useful_until,
            message.slot,
            message.rule_version,
            asked_by,
        )
    )


async def find_message(tx: Transaction, message_id: UUID) -> Message:
    """The message; NotFound (`message_not_found`)."""
    return _found(await tx.connection.fetchrow(FIND, message_id))


async def hold_message(tx: Transaction, message_id: UUID) -> Message:
    """Lock the message until the transaction ends; NotFound (`message_not_found`)."""
    return _found(await tx.connection.fetchrow(HOLD, message_id))


def _found(row: asyncpg.Record | None) -> Message:
    if row is None:
        raise NotFound("message_not_found", "there is no such message")
    return _message(row)


async def planned_about(tx: Transaction, about: UUID) -> frozenset[UUID]:
    """The ids of all messages that were ever planned about something."""
    return frozenset(row["message_id"] for row in await tx.connection.fetch(PLANNED_ABOUT, about))


async def open_about(tx: Transaction, about: UUID) -> list[Message]:
    """Messages about something whose fate is not sealed, locked."""
    return [_message(row) for row in await tx.connection.fetch(OPEN_ABOUT, about)]


async def open_of_patient(tx: Transaction, patient_id: UUID, episode_id: UUID | None = None) -> list[Message]:
    """A patient's messages whose fate is not sealed, locked; of one episode, if named."""
    return [_message(row) for row in await tx.connection.fetch(OPEN_OF_PATIENT, patient_id, episode_id)]


async def messages_of_episode(tx: Transaction, episode_id: UUID) -> Sequence[asyncpg.Record]:
    """All messages of an episode, by due time."""
    return await tx.connection.fetch(OF_EPISODE, episode_id)


async def undelivered(
    tx: Transaction, facility_id: UUID, due_before: datetime | None, after: tuple[datetime, UUID], most: int
) -> Sequence[asyncpg.Record]:
    """Messages of a facility that failed and have not lost their use, after a position, by the end of their use."""
    return await tx.connection.fetch(UNDELIVERED, facility_id, tx.now, due_before, *after, most)


async def covering_states(tx: Transaction, message: Message) -> Sequence[str]:
    """The states of reminders of the same slot for appointments that begin shortly before this reminder's."""
    place = (message.slot, message.message_id, message.rule_version, message.starts_at)
    rows = await tx.connection.fetch(COVERING, message.patient_id, message.template, *place)
    return [row["state"] for row in rows]


async def has_later_reminder(tx: Transaction, message: Message) -> bool:
    """Whether the time of a later reminder of the same appointment has come, which goes out or has gone."""
    place = (message.about, message.template, message.rule_version, message.starts_at)
    return bool(await tx.connection.fetchval(OUTDATED, *place, tx.now))


async def sent_since(
    tx: Transaction, patient_id: UUID, templates: Sequence[MessageTemplate], since: datetime
) -> Sequence[datetime]:
    """When messages of these templates went to a patient."""
    return [row["ended_at"] for row in await tx.connection.fetch(SENT_OF_KIND, patient_id, templates, since)]


async def withdraw(tx: Transaction, message_id: UUID, reason_code: str) -> None:
    """Note why a message that is being sent should not go out any more."""
    await tx.connection.execute(WITHDRAW, message_id, reason_code)


async def end_message(
    tx: Transaction, message_id: UUID, state: str, reason_code: str | None = None, channel: Channel | None = None
) -> None:
    """Seal the message's fate; `channel` is the one by which it went or failed."""
    await tx.connection.execute(END, message_id, state, reason_code, channel, tx.now)


async def mark_delivered(tx: Transaction, message_id: UUID) -> bool:
    """Note that the message arrived; False when that was known."""
    return bool(await tx.connection.fetchval(DELIVERED, message_id, tx.now))


async def move_message(tx: Transaction, message_id: UUID, due_at: datetime) -> None:
    """Let the message be due at another time."""
    await tx.connection.execute(MOVE, message_id, due_at)
