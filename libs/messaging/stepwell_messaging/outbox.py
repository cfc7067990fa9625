"""The outbox: events leave a transaction as rows, in the statement before its commit."""

from stepwell_contracts.envelope import Envelope
from stepwell_kernel.ids import new_id
from stepwell_messaging.headers import pack, to_headers
from stepwell_messaging.topics import Topics
from stepwell_postgres.transaction import Emission, StreamKind, Transaction

WRITE = """
with patients as (
    update patient_stream s set version = v.version
    from unnest($1::text[], $2::uuid[], $3::bigint[]) as v (tenant_id, patient_id, version)
    where s.tenant_id = v.tenant_id and s.patient_id = v.patient_id
), facilities as (
    update facility_stream s set version = v.version
    from unnest($4::text[], $5::uuid[], $6::bigint[]) as v (tenant_id, facility_id, version)
    where s.tenant_id = v.tenant_id and s.facility_id = v.facility_id
)
insert into outbox (event_id, topic, key, tenant_id, headers, payload, traceparent)
select event_id, topic, key, tenant_id, headers, payload, traceparent
from unnest($7::uuid[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::bytea[], $13::text[])
     with ordinality as e (event_id, topic, key, tenant_id, headers, payload, traceparent, place)
order by place
"""


class OutboxWriter:
    """Writes a transaction's events, numbered by their streams, for the relay of the service `source` to publish."""

    def __init__(self, source: str, topics: Topics) -> None:
        self._source = source
        self._topics = topics

    async def __call__(self, tx: Transaction) -> None:
        """One statement: the streams' versions and the rows, in version order."""
        if not tx.emissions:
            return
        emissions = tuple(tx.emissions)
        tx.emissions.clear()
        versions = {emission.stream: emission.version for emission in emissions}
        columns: list[list[object]] = []
        for kind in (StreamKind.PATIENT, StreamKind.FACILITY):
            streams = [stream for stream in versions if stream.kind is kind]
            columns += [
                [stream.tenant for stream in streams],
                [stream.id for stream in streams],
                [versions[stream] for stream in streams],
            ]
        envelopes = [self._envelope(emission) for emission in emissions]
        await tx.connection.execute(
            WRITE,
            *columns,
            [envelope.id for envelope in envelopes],
            [self._topics.of(envelope.type).name for envelope in envelopes],
            [emission.key for emission in emissions],
            [envelope.tenant for envelope in envelopes],
            [pack(to_headers(envelope)) for envelope in envelopes],
            [emission.event.model_dump_json().encode() for emission in emissions],
            [envelope.traceparent for envelope in envelopes],
        )

    def _envelope(self, emission: Emission) -> Envelope:
        return Envelope(
            id=new_id(),
            type=emission.event.type,
            source=self._source,
            time=emission.at,
            subject=emission.key,
            tenant=emission.stream.tenant,
            version=emission.version,
            episode=emission.episode_id,
            cause=emission.caller.cause,
            traceparent=emission.traceparent,
        )
