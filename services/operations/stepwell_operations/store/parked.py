"""Parked keys as a person may see them: a key names a patient or a facility, of any tenant."""

from collections.abc import Iterable
from uuid import UUID

from stepwell_contracts.http.operations_network import ParkedKey
from stepwell_kernel.caller import CallerKind
from stepwell_operations.store.scope import facilities_of, own
from stepwell_postgres.transaction import Transaction

KNOWN = f"""
select patient_id as named from journey where {own("facility_id")} and patient_id = any($2)
union
select facility_id from facility where {own("facility_id")} and facility_id = any($2)
"""


async def shown_keys(tx: Transaction, parked: Iterable[ParkedKey]) -> tuple[ParkedKey, ...]:
    """The parked keys with the name taken from those that lie outside of a person's facilities; programs see all."""
    keys = tuple(parked)
    if tx.caller.kind is CallerKind.SERVICE or not keys:
        return keys
    named = sorted({identifier for one in keys if (identifier := _identifier(one.key))})
    known = {row["named"] for row in await tx.connection.fetch(KNOWN, facilities_of(tx.caller), named)}
    return tuple(one if _identifier(one.key) in known else one.model_copy(update={"key": ""}) for one in keys)


def _identifier(key: str) -> UUID | None:
    """The id that a key is, or that it ends with: reference data has `<kind>/<id>`."""
    try:
        return UUID(key.rpartition("/")[2])
    except ValueError:
        return None
