"""The delivery ledger: every attempt at a provider with a message or an answer, entered before it is handed over."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import NotFound
from stepwell_notifications.domain.providers import Tried
from stepwell_postgres.transaction import Transaction

#: An answer is no row of `message`.
BEGIN = """
with sending as (
    update message set state = 'sending', channel = $3 where message_id = $1
)
insert into attempt (message_id, number, tenant_id, channel, provider, address_hash, language, quiet_version)
select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7 from attempt where message_id = $1
returning number, exists (select from attempt before where before.message_id = $1 and before.outcome is null) as repeats
"""

#: A receipt that was faster than the provider's own answer has said more already.
TAKEN = """
update attempt
set ended_at = clock_timestamp(), provider_id = $4,
    outcome = case when receipt = 'undeliverable' then outcome else $3 end
where message_id = $1 and number = $2
returning refused
"""

NOT_TAKEN = """
update attempt set ended_at = clock_timestamp(), outcome = $3, refused = refused or $4
where message_id = $1 and number = $2
"""

#: Nothing is on its way any more and another channel may be taken, unless an attempt is in doubt.
DUE_AGAIN = """
update message set state = 'due', channel = null
where message_id = $1 and state = 'sending'
      and not exists (select from attempt where message_id = $1 and outcome is null)
"""

TRIED = """
select provider, clock_timestamp() - begun_at as age, outcome is null as is_open, refused
from attempt where message_id = $1 order by number
"""

IN_DOUBT = "select channel from attempt where message_id = $1 and outcome is null order by number desc limit 1"

CHANNEL = "select channel from attempt where message_id = $1 and provider = $2 order by number desc limit 1"

LAST_REFUSAL = "select outcome from attempt where message_id = $1 and refused order by number desc limit 1"

FACILITY = """
select facility_id from message where message_id = $1
union all
select coalesce(e.facility_id, r.facility_id)
from answer a join reply r using (reply_id) left join ref_episode e using (episode_id)
where a.answer_id = $1
"""

LANGUAGE_AT = """
select language from attempt where address_hash = $1 and channel = $2 and language is not null
order by begun_at desc limit 1
"""

OF_MESSAGE = """
select number, channel, provider, provider_id as provider_message_id, begun_at, ended_at, outcome, refused,
       receipt, receipt_at
from attempt where message_id = $1 order by number
"""


async def begin_attempt(
    tx: Transaction,
    message_id: UUID,
    channel: Channel,
    provider: str,
    address_hash: bytes,
    language: str,
    quiet_version: str | None = None,
) -> tuple[int, bool]:
    """Enter an attempt: its number, and whether an earlier one has no outcome, so that this may be the second copy."""
    arguments = (message_id, tx.tenant, channel, provider, address_hash, language, quiet_version)
    (row,) = await tx.connection.fetch(BEGIN, *arguments)
    return row["number"], row["repeats"]


async def end_taken(tx: Transaction, message_id: UUID, number: int, outcome: str, provider_id: str) -> bool:
    """Enter that the provider took it over; False when its receipt said meanwhile that it cannot be delivered."""
    return not await tx.connection.fetchval(TAKEN, message_id, number, outcome, provider_id)


async def end_not_taken(tx: Transaction, message_id: UUID, number: int, outcome: str, *, refused: bool) -> None:
    """Enter why the provider did not take it over; the message is due again."""
    await tx.connection.execute(NOT_TAKEN, message_id, number, outcome, refused)
    await tx.connection.execute(DUE_AGAIN, message_id)


async def tried(tx: Transaction, message_id: UUID) -> Sequence[Tried]:
    """What the ledger has of a message; ages are machine time."""
    return [Tried(**row) for row in await tx.connection.fetch(TRIED, message_id)]


async def channel_in_doubt(tx: Transaction, message_id: UUID) -> Channel | None:
    """The channel by which the message went out perhaps: it goes by no other."""
    channel: str | None = await tx.connection.fetchval(IN_DOUBT, message_id)
    return Channel(channel) if channel else None


async def channel_of_provider(tx: Transaction, message_id: UUID, provider: str) -> Channel:
    """The channel by which a provider was given the message."""
    return Channel(await tx.connection.fetchval(CHANNEL, message_id, provider))


async def last_refusal(tx: Transaction, message_id: UUID) -> str | None:
    """Why the last provider that refused the message did."""
    reason: str | None = await tx.connection.fetchval(LAST_REFUSAL, message_id)
    return reason


async def language_at(tx: Transaction, address_hash: bytes, channel: Channel) -> str | None:
    """The language in which an address was last written to."""
    language: str | None = await tx.connection.fetchval(LANGUAGE_AT, address_hash, channel)
    return language


async def facility_of_message(tx: Transaction, message_id: UUID) -> UUID:
    """Whose a message or an answer is; NotFound (`message_not_found`)."""
    facility_id: UUID | None = await tx.connection.fetchval(FACILITY, message_id)
    if facility_id is None:
        raise NotFound("message_not_found", "there is no such message")
    return facility_id


async def attempts_of_message(tx: Transaction, message_id: UUID) -> Sequence[asyncpg.Record]:
    """All attempts at a message, in order."""
    return await tx.connection.fetch(OF_MESSAGE, message_id)
