"""Messages and the ledger of their attempts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import Channel
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_kernel.errors import NotFound
from stepwell_notifications.domain.messages import Message
from stepwell_postgres.transaction import Transaction

COLUMNS = """message_id, facility_id, episode_id, patient_id, template, channel, about, starts_at, due_at, useful_until,
    state, withdrawn"""

PLAN = """
insert into message (message_id, tenant_id, facility_id, episode_id, patient_id, template, channel, about, starts_at,
                     due_at, useful_until, state)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'due')
on conflict (message_id) do update
    set state = case message.state when 'sending' then 'sending' else 'due' end,
        due_at = case message.state when 'sending' then message.due_at else excluded.due_at end,
        withdrawn = null, reason_code = null, ended_at = null, starts_at = excluded.starts_at,
        useful_until = excluded.useful_until
    where message.state in ('suppressed', 'due', 'sending')
returning state = 'due'
"""

HOLD = f"select {COLUMNS} from message where message_id = $1 for update"

OPEN_ABOUT = (
    f"select {COLUMNS} from message where about = $1 and state in ('due', 'sending') order by message_id for update"
)

OPEN_OF_PATIENT = f"""
select {COLUMNS} from message
where patient_id = $1 and state in ('due', 'sending') and ($2::text is null or channel = $2)
order by message_id for update
"""

OF_EPISODE = """
select message_id, episode_id, template, channel, about, state, due_at, useful_until, ended_at, reason_code
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

WITHDRAW = "update message set withdrawn = $2 where message_id = $1"

BEGIN = "update message set state = 'sending' where message_id = $1"

END = "update message set state = $2, reason_code = $3, ended_at = $4 where message_id = $1"

MOVE = "update message set state = 'due', due_at = $2 where message_id = $1"

ATTEMPT = """
insert into attempt (message_id, number, tenant_id, channel)
select $1, coalesce(max(number), 0) + 1, $2, $3 from attempt where message_id = $1
returning number, exists (select from attempt before where before.message_id = $1 and before.outcome is null) as repeats
"""

ATTEMPT_ENDED = """
update attempt set ended_at = clock_timestamp(), outcome = $3, provider_id = $4, address_hash = $5
where message_id = $1 and number = $2
"""


def _message(row: asyncpg.Record) -> Message:
    return Message(**(dict(row) | {"template": MessageTemplate(row["template"]), "channel": Channel(row["channel"])}))


async def plan_message(tx: Transaction, message: Message) -> bool:
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
        )
    )


async def hold_message(tx: Transaction, message_id: UUID) -> Message:
    """Lock the message until the transaction ends; NotFound when there is none."""
    row = await tx.connection.fetchrow(HOLD, message_id)
    if row is None:
        raise NotFound("message_not_found", "there is no such message")
    return _message(row)


async def open_about(tx: Transaction, about: UUID) -> list[Message]:
    """Messages about something whose fate is not sealed, locked."""
    return [_message(row) for row in await tx.connection.fetch(OPEN_ABOUT, about)]


async def open_of_patient(tx: Transaction, patient_id: UUID, channel: Channel | None = None) -> list[Message]:
    """A patient's messages whose fate is not sealed, locked."""
    return [_message(row) for row in await tx.connection.fetch(OPEN_OF_PATIENT, patient_id, channel)]


async def messages_of_episode(tx: Transaction, episode_id: UUID) -> Sequence[asyncpg.Record]:
    """All messages of an episode, by due time."""
    return await tx.connection.fetch(OF_EPISODE, episode_id)


async def undelivered(
    tx: Transaction, facility_id: UUID, due_before: datetime | None, after: tuple[datetime, UUID], most: int
) -> Sequence[asyncpg.Record]:
    """Messages of a facility that failed and have not lost their use, after a position, by the end of their use."""
    return await tx.connection.fetch(UNDELIVERED, facility_id, tx.now, due_before, *after, most)


async def withdraw(tx: Transaction, message_id: UUID, reason_code: str) -> None:
    """Note why a message that is being sent should not go out any more."""
    await tx.connection.execute(WITHDRAW, message_id, reason_code)


async def begin_attempt(tx: Transaction, message: Message) -> tuple[int, bool]:
    """Enter an attempt into the ledger: its number, and whether an earlier one has no outcome."""
    await tx.connection.execute(BEGIN, message.message_id)
    (row,) = await tx.connection.fetch(ATTEMPT, message.message_id, tx.tenant, message.channel)
    return row["number"], row["repeats"]


async def end_attempt(
    tx: Transaction,
    message_id: UUID,
    number: int,
    outcome: str,
    provider_id: str | None,
    address_hash: bytes | None,
) -> None:
    """Enter what became of an attempt."""
    await tx.connection.execute(ATTEMPT_ENDED, message_id, number, outcome, provider_id, address_hash)


async def end_message(tx: Transaction, message_id: UUID, state: str, reason_code: str | None = None) -> None:
    """Seal the message's fate."""
    await tx.connection.execute(END, message_id, state, reason_code, tx.now)


async def move_message(tx: Transaction, message_id: UUID, due_at: datetime) -> None:
    """Let the message be due at another time."""
    await tx.connection.execute(MOVE, message_id, due_at)
