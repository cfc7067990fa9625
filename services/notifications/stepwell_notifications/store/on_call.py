"""Rosters; the addresses in them are encrypted with a key that lasts as long as the roster."""

from uuid import UUID

from stepwell_kernel.codes import Channel
from stepwell_notifications.domain.on_call import OnCall, Roster
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import FieldCipher, KeyProvider, Place, WrappedKey, seal_text, unseal_text

LEVELS = "select count(*) from on_call_person where facility_id = $1"

#: One statement, so that key and addresses are those of one roster while it is replaced.
FIND = """
select r.version, r.key_id, r.wrapped, p.level, p.staff_id, p.channel, p.address
from on_call_roster r join on_call_person p using (facility_id)
where r.facility_id = $1
order by p.level
"""

KEEP = """
insert into on_call_roster (facility_id, tenant_id, version, key_id, wrapped, set_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (facility_id) do update
    set version = excluded.version, key_id = excluded.key_id, wrapped = excluded.wrapped, set_at = excluded.set_at
"""

CLEAR = "delete from on_call_person where facility_id = $1"

KEEP_PERSON = """
insert into on_call_person (facility_id, level, tenant_id, staff_id, channel, address)
values ($1, $2, $3, $4, $5, $6)
"""


class Rosters:
    """Keeps and opens rosters. Whoever opens one has been authorized, and audited, by the use case before."""

    def __init__(self, keys: KeyProvider) -> None:
        self._cipher = FieldCipher(keys)

    async def find(self, tx: Transaction, facility_id: UUID) -> Roster | None:
        """The roster of a facility; None when none was ever set."""
        rows = await tx.connection.fetch(FIND, facility_id)
        if not rows:
            return None
        key = WrappedKey(rows[0]["key_id"], rows[0]["wrapped"])
        data_key = self._cipher.open_key(key, _key_place(tx, facility_id))
        people = tuple(
            OnCall(
                row["staff_id"],
                Channel(row["channel"]),
                unseal_text(data_key, row["address"], _place(tx, facility_id, row["level"])),
            )
            for row in rows
        )
        return Roster(facility_id, rows[0]["version"], people)

    async def keep(self, tx: Transaction, roster: Roster) -> None:
        """Put the roster in the place of the one before, whose key is destroyed with it."""
        facility_id = roster.facility_id
        key = self._cipher.new_key(_key_place(tx, facility_id))
        data_key = self._cipher.open_key(key, _key_place(tx, facility_id))
        await tx.connection.execute(KEEP, facility_id, tx.tenant, roster.version, key.key_id, key.wrapped, tx.now)
        await tx.connection.execute(CLEAR, facility_id)
        await tx.connection.executemany(
            KEEP_PERSON,
            [
                (
                    facility_id,
                    level,
                    tx.tenant,
                    person.staff_id,
                    person.channel,
                    seal_text(data_key, person.address, _place(tx, facility_id, level)),
                )
                for level, person in enumerate(roster.people, start=1)
            ],
        )


async def levels_of(tx: Transaction, facility_id: UUID) -> int:
    """How many people are on call at a facility."""
    levels: int = await tx.connection.fetchval(LEVELS, facility_id)
    return levels


def _key_place(tx: Transaction, facility_id: UUID) -> Place:
    return Place(tx.tenant, "on_call_roster", "wrapped", str(facility_id))


def _place(tx: Transaction, facility_id: UUID, level: int) -> Place:
    return Place(tx.tenant, "on_call_person", "address", f"{facility_id}/{level}")
