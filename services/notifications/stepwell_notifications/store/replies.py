"""Replies, by what they were understood as; and whom they concern, as the delivery ledger tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import Bug, NotFound
from stepwell_kernel.message_codes import MessageTemplate, ReplyKind
from stepwell_notifications.domain.replies import AnswerRule, Understood
from stepwell_notifications.domain.reply_words import ReplyWord
from stepwell_postgres.transaction import Transaction

INSERT = """
insert into reply (reply_id, tenant_id, provider, provider_message_id, channel, facility_id, address_hash, kind,
                   understood_as, rule_version, patient_ids, episode_id, about, sent_at, taken_at, number)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
on conflict (tenant_id, provider, provider_message_id) do nothing
returning reply_id
"""

TAKEN_BEFORE = "select reply_id from reply where provider = $1 and provider_message_id = $2"

VIEW = """
select r.reply_id, r.facility_id, r.channel, r.kind, r.provider, r.provider_message_id, r.patient_ids, r.episode_id,
       r.about, r.taken_at, a.template as answer, a.answer_id, a.state as answer_state,
       a.delivered_at as answer_delivered_at
from reply r left join answer a using (reply_id)
"""

FIND = f"{VIEW} where r.reply_id = $1"

OF_EPISODE = f"{VIEW} where r.episode_id = $1 order by r.taken_at, r.reply_id"

#: Whoever was written to at another address since has given this one up.
PATIENTS_AT = """
select m.patient_id from attempt a join message m using (message_id)
where a.address_hash = $1 and a.channel = $2
group by m.patient_id
having not exists (select from attempt later join message n using (message_id)
                   where n.patient_id = m.patient_id and later.channel = $2 and later.address_hash <> $1
                         and later.begun_at > max(a.begun_at))
order by m.patient_id
"""

WORDS = """
select rule_id, version, kind, language, wording, anywhere from reply_word
where effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by rule_id, wording
"""

ANSWER_RULE = """
select template, version, useful_minutes, again_after_minutes from answer_rule
where template = $1 and effective_from <= $2 and (effective_to is null or $2 < effective_to)
order by effective_from desc
limit 1
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it is kept; `number` is the one that was written to, `patient_ids` are all who have the address."""

    reply_id: UUID
    provider: str
    provider_message_id: str
    number: str
    channel: Channel
    facility_id: UUID
    address_hash: bytes
    understood: Understood
    patient_ids: Sequence[UUID]
    episode_id: UUID | None
    about: UUID | None
    sent_at: datetime


async def insert_reply(tx: Transaction, reply: Reply) -> bool:
    """Store a reply; False when the provider brought it before."""
    understood = reply.understood
    return bool(
        await tx.connection.fetchval(
            INSERT,
            reply.reply_id,
            tx.tenant,
            reply.provider,
            reply.provider_message_id,
            reply.channel,
            reply.facility_id,
            reply.address_hash,
            understood.kind,
            understood.rule_id,
            understood.rule_version,
            list(reply.patient_ids),
            reply.episode_id,
            reply.about,
            reply.sent_at,
            tx.now,
            reply.number,
        )
    )


async def taken_before(tx: Transaction, provider: str, provider_message_id: str) -> UUID:
    """The reply that a message of the provider was taken as."""
    reply_id: UUID = await tx.connection.fetchval(TAKEN_BEFORE, provider, provider_message_id)
    return reply_id


async def find_reply(tx: Transaction, reply_id: UUID) -> asyncpg.Record:
    """The reply with its answer, or NotFound."""
    row = await tx.connection.fetchrow(FIND, reply_id)
    if row is None:
        raise NotFound("reply_not_found", "there is no such reply")
    return row


async def replies_of_episode(tx: Transaction, episode_id: UUID) -> Sequence[asyncpg.Record]:
    """All replies of an episode, in the order in which they came."""
    return await tx.connection.fetch(OF_EPISODE, episode_id)


async def patients_at(tx: Transaction, address_hash: bytes, channel: Channel) -> Sequence[UUID]:
    """The patients whose last messages went to that address, by id."""
    return [row["patient_id"] for row in await tx.connection.fetch(PATIENTS_AT, address_hash, channel)]


async def reply_words(tx: Transaction, day: date) -> Sequence[ReplyWord]:
    """The words in force on a day."""
    return [
        ReplyWord(**(dict(row) | {"kind": ReplyKind(row["kind"])})) for row in await tx.connection.fetch(WORDS, day)
    ]


async def answer_rule(tx: Transaction, template: MessageTemplate, day: date) -> AnswerRule:
    """The rule for an answer; Bug (`rule_missing`) when none is in force."""
    row = await tx.connection.fetchrow(ANSWER_RULE, template, day)
    if row is None:
        raise Bug("rule_missing", f"no rule for the answer {template} is in force")
    again = row["again_after_minutes"]
    return AnswerRule(
        template,
        row["version"],
        timedelta(minutes=row["useful_minutes"]),
        None if again is None else timedelta(minutes=again),
    )
