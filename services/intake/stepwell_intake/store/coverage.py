"""Coverage of patients; the member id is encrypted with the patient's key."""

from uuid import UUID

from stepwell_intake.store.identities import Identities
from stepwell_kernel.codes import PayerKind
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import Place

INSERT = """
insert into coverage (coverage_id, tenant_id, episode_id, payer, member_id, recorded_at)
values ($1, $2, $3, $4, $5, $6)
"""


async def insert_coverage(
    tx: Transaction,
    identities: Identities,
    *,
    coverage_id: UUID,
    episode_id: UUID,
    patient_id: UUID,
    payer: PayerKind,
    member_id: str,
) -> None:
    """Store who insures the patient, under which member id."""
    place = Place(tx.tenant, "coverage", "member_id", str(coverage_id))
    sealed = await identities.seal(tx, patient_id, place, member_id)
    await tx.connection.execute(INSERT, coverage_id, tx.tenant, episode_id, payer, sealed, tx.now)
