"""The numbers from which facilities write, and to which patients answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_kernel.errors import Conflict, Unavailable
from stepwell_postgres.pool import TRANSIENT_ERRORS, Pool
from stepwell_postgres.transaction import Transaction

OWNER = "select tenant_id, facility_id from sender_number where number = $1"

#: The policy lets everybody read, so the tenant is named.
OF_FACILITY = "select number from sender_number where facility_id = $1 and tenant_id = $2 order by number"

TAKEN = "select number from sender_number where number = any($1) and facility_id <> $2 order by number"

RELEASE = "delete from sender_number where facility_id = $1 and not number = any($2)"

KEEP = """
insert into sender_number (number, tenant_id, facility_id, set_at) select unnest($1::text[]), $2, $3, $4
on conflict (number) do nothing
returning number
"""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose number it is."""

    tenant: str
    facility_id: UUID


async def owner_of(pool: Pool, number: str) -> Owner:
    """Whose number it is, asked before the tenant is known.

    Unavailable (`sender_number_not_known_yet`) until it is anybody's: the provider keeps what came in and tries again.
    """
    try:
        async with pool.acquire() as connection:
            row = await connection.fetchrow(OWNER, number)
    except TRANSIENT_ERRORS as error:
        raise Unavailable("database_unavailable", "the database did not answer") from error
    if row is None:
        raise Unavailable("sender_number_not_known_yet", "the number that was written to belongs to no facility")
    return Owner(row["tenant_id"], row["facility_id"])


async def numbers_of(tx: Transaction, facility_id: UUID) -> Sequence[str]:
    """The numbers of a facility."""
    return [row["number"] for row in await tx.connection.fetch(OF_FACILITY, facility_id, tx.tenant)]


async def keep_numbers(tx: Transaction, facility_id: UUID, numbers: Sequence[str]) -> None:
    """Put the numbers in the place of those before; Conflict (`sender_number_taken`) for one of another facility."""
    await tx.connection.execute(RELEASE, facility_id, numbers)
    await tx.connection.fetch(KEEP, numbers, tx.tenant, facility_id, tx.now)
    if await tx.connection.fetch(TAKEN, numbers, facility_id):
        raise Conflict("sender_number_taken", "a number belongs to another facility", rule="sender_number.one_facility")
