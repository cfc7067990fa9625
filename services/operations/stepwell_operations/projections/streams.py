"""How far each service's events about each patient were applied; a version passed over would be a lost event."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

NOTE = """
insert into stream_seen as seen (tenant_id, patient_id, service, version, missing)
select $1, e.patient_id, e.service, e.last,
       coalesce(s.missing, 0) + greatest(e.first - coalesce(s.version, 0) - 1, 0) + e.missing
from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
     as e (patient_id, service, first, last, missing)
left join stream_seen s on s.patient_id = e.patient_id and s.service = e.service
order by e.patient_id, e.service
on conflict (tenant_id, patient_id, service) do update set version = excluded.version, missing = excluded.missing
    where seen.version < excluded.version
"""


async def note_streams(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Move each stream to the last version of the batch, and count the versions that were passed over."""
    versions: dict[tuple[UUID, str], list[int]] = defaultdict(list)
    for one in incoming:
        versions[UUID(one.envelope.subject), one.envelope.source].append(one.envelope.version)
    await tx.connection.execute(
        NOTE,
        tx.tenant,
        [patient_id for patient_id, _ in versions],
        [service for _, service in versions],
        [min(seen) for seen in versions.values()],
        [max(seen) for seen in versions.values()],
        [max(seen) - min(seen) + 1 - len(set(seen)) for seen in versions.values()],
    )
