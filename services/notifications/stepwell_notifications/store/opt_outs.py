"""Opt-outs and opt-ins, by patient and by the keyed hash of an address."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import Channel
from stepwell_kernel.ids import new_id
from stepwell_kernel.message_codes import MessageCategory
from stepwell_postgres.transaction import Transaction

OPTED_OUT = "opted_out"
NOT_WANTED = "not_wanted"

#: An opt-out of the address alone is from before its holder was known; a patient who opted in since is written to.
STANDS = """
select exists (
    select from opt_out o
    where o.ended_at is null and o.channel = $3 and (o.category is null or o.category = $4)
          and (o.patient_id = $2
               or (o.patient_id is null and o.address_hash = $1
                   and not exists (select from opt_in i
                                   where i.patient_id = $2 and i.channel = $3 and i.opted_in_at > o.opted_out_at)))
) as opted_out,
exists (
    select from preference p where p.patient_id = $2 and not $4 || '/' || $3 = any (p.wanted)
) as not_wanted
"""

OPEN_OF_PATIENT = """
select channel, category, min(opted_out_at) as opted_out_at from opt_out
where patient_id = $1 and ended_at is null and ($2::text is null or channel = $2)
group by channel, category
order by channel, category nulls first
"""

OPEN_OF_ADDRESS = """
select exists (
    select from opt_out where address_hash = $1 and channel = $2 and category is null and ended_at is null
)
"""

OPT_OUT = """
insert into opt_out (opt_out_id, tenant_id, channel, category, patient_id, address_hash, reply_id, taken_by,
                     opted_out_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing
"""

END_OF_PATIENT = """
update opt_out set ended_at = $3 where patient_id = $1 and channel = $2 and ended_at is null
"""

END_OF_ADDRESS = """
update opt_out set ended_at = $3 where address_hash = $1 and channel = $2 and ended_at is null
"""

OPT_IN = """
insert into opt_in (patient_id, channel, tenant_id, opted_in_at) values ($1, $2, $3, $4)
on conflict (patient_id, channel) do update set opted_in_at = excluded.opted_in_at
"""


async def stands_against(
    tx: Transaction,
    address_hash: bytes | None,
    patient_id: UUID,
    channel: Channel,
    category: MessageCategory | None,
) -> str | None:
    """Why a message must not go to the patient by the channel: `opted_out`, `not_wanted`, or None when it may.

    Without a hash only what is known of the patient counts. Without a category (an answer to what they wrote) only an
    opt-out of everything does.
    """
    (row,) = await tx.connection.fetch(STANDS, address_hash, patient_id, channel, category)
    if row["opted_out"]:
        return OPTED_OUT
    return NOT_WANTED if row["not_wanted"] else None


async def open_opt_outs(tx: Transaction, patient_id: UUID, channel: Channel | None = None) -> Sequence[asyncpg.Record]:
    """What a patient opted out of and did not opt into again: channel, category, since when."""
    return await tx.connection.fetch(OPEN_OF_PATIENT, patient_id, channel)


async def is_address_opted_out(tx: Transaction, address_hash: bytes, channel: Channel) -> bool:
    """Whether the holder of an address wants no message at all there."""
    return bool(await tx.connection.fetchval(OPEN_OF_ADDRESS, address_hash, channel))


async def wants_nothing(tx: Transaction, address_hash: bytes, patient_id: UUID | None, channel: Channel) -> bool:
    """Whether the holder of an address gets no messages at all there; `patient_id` when it belongs to one only."""
    if patient_id is None:
        return await is_address_opted_out(tx, address_hash, channel)
    return await stands_against(tx, address_hash, patient_id, channel, None) == OPTED_OUT


async def opt_address_out(
    tx: Transaction, address_hash: bytes, channel: Channel, patient_ids: Sequence[UUID], reply_id: UUID
) -> None:
    """Store that the holder of an address, and every patient reached by it, wants no more messages there."""
    rows = [
        (new_id(), tx.tenant, channel, None, patient_id, address_hash, reply_id, None, tx.now)
        for patient_id in (None, *patient_ids)
    ]
    await tx.connection.executemany(OPT_OUT, rows)


async def opt_patient_out(
    tx: Transaction, patient_id: UUID, channel: Channel, category: MessageCategory | None, taken_by: UUID
) -> None:
    """Store what a patient told a member of staff."""
    await tx.connection.execute(
        OPT_OUT, new_id(), tx.tenant, channel, category, patient_id, None, None, taken_by, tx.now
    )


async def opt_address_in(tx: Transaction, address_hash: bytes, channel: Channel) -> None:
    """End every opt-out of an address, whosever it is."""
    await tx.connection.execute(END_OF_ADDRESS, address_hash, channel, tx.now)


async def opt_patient_in(tx: Transaction, patient_id: UUID, channel: Channel) -> None:
    """End every opt-out of a patient, and let those of an address from before not stand against them."""
    await tx.connection.execute(END_OF_PATIENT, patient_id, channel, tx.now)
    await tx.connection.execute(OPT_IN, patient_id, channel, tx.tenant, tx.now)
