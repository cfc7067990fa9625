"""Answers to replies. The address is kept, encrypted under a key of the answer's own, until its fate is sealed."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import Bug, NotFound
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_notifications.domain.replies import AnswerRule
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import FieldCipher, KeyProvider, Place, WrappedKey, seal_text, unseal_text

GIVEN_SINCE = """
select exists (
    select from answer where address_hash = $1 and template = $2 and due_at > $3 and state in ('due', 'sent')
)
"""

INSERT = """
insert into answer (answer_id, reply_id, tenant_id, address_hash, template, language, state, rule_version, due_at,
                    useful_until, key_id, wrapped, address)
values ($1, $2, $3, $4, $5, $6, 'due', $7, $8, $9, $10, $11, $12)
"""

HOLD = """
select a.answer_id, a.reply_id, a.address_hash, a.template, a.language, a.state, a.useful_until, a.key_id, a.wrapped,
       a.address, r.channel, r.number, r.facility_id, r.episode_id, r.patient_ids
from answer a join reply r using (reply_id)
where a.answer_id = $1 for update of a
"""

WRITER = """
select r.patient_ids[1] from answer a join reply r using (reply_id)
where a.answer_id = $1 and cardinality(r.patient_ids) = 1
"""

END = """
update answer set state = $2, reason_code = $3, ended_at = $4, key_id = null, wrapped = null, address = null
where answer_id = $1
"""

DELIVERED = "update answer set delivered_at = $2 where answer_id = $1 and delivered_at is null returning true"


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer to be given; the address never shows in a log."""

    answer_id: UUID
    reply_id: UUID
    address_hash: bytes
    address: str = field(repr=False)
    language: str
    rule: AnswerRule


@dataclass(frozen=True, slots=True)
class SealedAddress:
    """An address under a key of its own."""

    key: WrappedKey
    address: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer by its fate: `due`, `sent`, `suppressed`, `lapsed` or `failed`; its address is kept while it is due.

    It comes from the `number` that was written to. `patient_id` and `episode_id` are there when the address belongs to
    one patient only.
    """

    answer_id: UUID
    reply_id: UUID
    facility_id: UUID
    patient_id: UUID | None
    episode_id: UUID | None
    template: MessageTemplate
    channel: Channel
    number: str
    language: str
    state: str
    useful_until: datetime
    address_hash: bytes = field(repr=False)
    sealed: SealedAddress | None = field(repr=False)

    @property
    def is_open(self) -> bool:
        """Whether its fate is not sealed."""
        return self.state == "due"


class Answers:
    """Keeps and opens answers."""

    def __init__(self, keys: KeyProvider) -> None:
        self._cipher = FieldCipher(keys)

    async def keep(self, tx: Transaction, answer: NewAnswer) -> None:
        """Store an answer that is due."""
        place = _place(tx, answer.answer_id, "wrapped")
        key = self._cipher.new_key(place)
        data_key = self._cipher.open_key(key, place)
        sealed = seal_text(data_key, answer.address, _place(tx, answer.answer_id, "address"))
        await tx.connection.execute(
            INSERT,
            answer.answer_id,
            answer.reply_id,
            tx.tenant,
            answer.address_hash,
            answer.rule.template,
            answer.language,
            answer.rule.version,
            tx.now,
            tx.now + answer.rule.useful_for,
            key.key_id,
            key.wrapped,
            sealed,
        )

    def address_of(self, tx: Transaction, answer: Answer) -> str:
        """Where an answer that is due goes; Bug (`address_gone`) for another one."""
        if answer.sealed is None:
            raise Bug("address_gone", "the address of an answer is kept only while it is due")
        data_key = self._cipher.open_key(answer.sealed.key, _place(tx, answer.answer_id, "wrapped"))
        return unseal_text(data_key, answer.sealed.address, _place(tx, answer.answer_id, "address"))


async def lock_answer(tx: Transaction, answer_id: UUID) -> Answer:
    """Lock the answer until the transaction ends; NotFound (`answer_not_found`)."""
    row = await tx.connection.fetchrow(HOLD, answer_id)
    if row is None:
        raise NotFound("answer_not_found", "there is no such answer")
    patients, address = row["patient_ids"], row["address"]
    return Answer(
        answer_id=answer_id,
        reply_id=row["reply_id"],
        facility_id=row["facility_id"],
        patient_id=patients[0] if len(patients) == 1 else None,
        episode_id=row["episode_id"],
        template=MessageTemplate(row["template"]),
        channel=Channel(row["channel"]),
        number=row["number"],
        language=row["language"],
        state=row["state"],
        useful_until=row["useful_until"],
        address_hash=row["address_hash"],
        sealed=None if address is None else SealedAddress(WrappedKey(row["key_id"], row["wrapped"]), address),
    )


async def was_given_since(tx: Transaction, address_hash: bytes, template: MessageTemplate, since: datetime) -> bool:
    """Whether the same answer went, or is going, to that address since an instant."""
    return bool(await tx.connection.fetchval(GIVEN_SINCE, address_hash, template, since))


async def find_writer(tx: Transaction, answer_id: UUID) -> UUID | None:
    """The patient who is answered, where the address belongs to one only."""
    patient_id: UUID | None = await tx.connection.fetchval(WRITER, answer_id)
    return patient_id


async def end_answer(tx: Transaction, answer_id: UUID, state: str, reason_code: str | None = None) -> None:
    """Seal the answer's fate; its address and the key of it are gone."""
    await tx.connection.execute(END, answer_id, state, reason_code, tx.now)


async def mark_answer_delivered(tx: Transaction, answer_id: UUID) -> bool:
    """Note that the answer arrived; False when that was known."""
    return bool(await tx.connection.fetchval(DELIVERED, answer_id, tx.now))


def _place(tx: Transaction, answer_id: UUID, column: str) -> Place:
    return Place(tx.tenant, "answer", column, str(answer_id))
