"""Reads the platform tables of every database: outboxes, archives, streams, inboxes, positions, what waits."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from stepwell_messaging.headers import from_headers, unpack
from stepwell_postgres.pool import Connection
from stepwell_simulation.verify.evidence import Emitted, Ledgers, OpenDuty, ParkedKey, Stream

#: Reference data is numbered by the stream of its facility, which its key does not name.
STREAM = """
case when topic like '%.patient' then key else convert_from(payload, 'UTF8')::jsonb ->> 'facility_id' end as stream
"""

PUBLISHED = f"""
select id, event_id, topic, key, tenant_id, headers, md5(payload) as digest, part, log_offset, {STREAM}
from outbox_archive order by id
"""

UNSENT = f"""
select id, event_id, topic, key, tenant_id, headers, md5(payload) as digest, null::integer as part,
       null::bigint as log_offset, {STREAM}
from outbox order by id
"""

VERSIONS = """
select 'patient' as kind, tenant_id, patient_id::text as id, version from patient_stream
union all
select 'facility', tenant_id, facility_id::text, version from facility_stream
"""

APPLIED = "select consumer, event_id from inbox"

POSITIONS = "select consumer, topic, part, next_offset from consumer_position"

PARKED = "select consumer, topic, key, reason from parked_key order by parked_at"

DUTIES = "select kind, key, due_at, state, error_code from duty where state in ('due', 'parked') order by due_at"

COUNT_DUTIES = "select count(*) from duty"


async def read_ledgers(database: str, connection: Connection) -> Ledgers:
    """The platform tables of one database."""
    duties = await connection.fetch(DUTIES)
    return Ledgers(
        published=_emitted(database, await connection.fetch(PUBLISHED)),
        unsent=_emitted(database, await connection.fetch(UNSENT)),
        versions={
            Stream(database, row["kind"], row["tenant_id"], row["id"]): row["version"]
            for row in await connection.fetch(VERSIONS)
        },
        applied=_by_consumer(await connection.fetch(APPLIED)),
        positions={
            (row["consumer"], row["topic"], row["part"]): row["next_offset"]
            for row in await connection.fetch(POSITIONS)
        },
        parked=[ParkedKey(**dict(row)) for row in await connection.fetch(PARKED)],
        duties=[OpenDuty(database, **dict(row)) for row in duties],
        duties_in_all=await connection.fetchval(COUNT_DUTIES),
    )


def joined(ledgers: Sequence[Ledgers]) -> Ledgers:
    """The ledgers of several databases as one; a consumer keeps its inbox in one of them."""
    return Ledgers(
        published=[event for one in ledgers for event in one.published],
        unsent=[event for one in ledgers for event in one.unsent],
        versions={stream: version for one in ledgers for stream, version in one.versions.items()},
        applied={consumer: ids for one in ledgers for consumer, ids in one.applied.items()},
        positions={place: offset for one in ledgers for place, offset in one.positions.items()},
        parked=[key for one in ledgers for key in one.parked],
        duties=[duty for one in ledgers for duty in one.duties],
        duties_in_all=sum(one.duties_in_all for one in ledgers),
    )


def _emitted(service: str, rows: Sequence[asyncpg.Record]) -> list[Emitted]:
    events = []
    for row in rows:
        envelope = from_headers(unpack(row["headers"]))
        kind = "patient" if row["topic"].endswith(".patient") else "facility"
        events.append(
            Emitted(
                row=row["id"],
                event_id=row["event_id"],
                type=envelope.type,
                topic=row["topic"],
                key=row["key"],
                stream=Stream(service, kind, row["tenant_id"], row["stream"]),
                version=envelope.version,
                cause=envelope.cause,
                digest=row["digest"],
                part=row["part"],
                offset=row["log_offset"],
            )
        )
    return events


def _by_consumer(rows: Sequence[asyncpg.Record]) -> Mapping[str, frozenset[UUID]]:
    applied: dict[str, set[UUID]] = {}
    for row in rows:
        applied.setdefault(row["consumer"], set()).add(row["event_id"])
    return {consumer: frozenset(ids) for consumer, ids in applied.items()}
