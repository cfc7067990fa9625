"""Identity of patients: encrypted field by field with the patient's own key, found again by keyed hashes only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stepwell_intake.domain.identity import Identity, address_form
from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import Conflict, NotFound
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import (
    FieldCipher,
    KeyProvider,
    Place,
    WrappedKey,
    keyed_hash,
    seal_text,
    unseal_text,
)

INSERT = """
insert into patient (patient_id, tenant_id, given_name, family_name, born_on, email, phone, zone, language,
                     person_index, email_index, phone_index, registered_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

INSERT_KEY = "insert into patient_key (patient_id, tenant_id, key_id, wrapped, made_at) values ($1, $2, $3, $4, $5)"

FIND_KEY = "select key_id, wrapped from patient_key where patient_id = $1"

FIND_ZONE = "select zone from patient where patient_id = $1"

BORN_ON = "select born_on from patient where patient_id = $1"

CONTACT = """
select zone, language, given_name, case $2 when 'email' then email when 'sms' then phone end as address
from patient
where patient_id = $1
"""


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How to write to a patient; of the identity only what a message needs."""

    first_name: str
    address: str
    zone: str
    language: str


class Identities:
    """Keeps and opens identity. Whoever opens it has been authorized, and audited, by the use case before."""

    def __init__(self, keys: KeyProvider) -> None:
        self._cipher = FieldCipher(keys)
        self._index_key = keys.index_key()

    async def keep(self, tx: Transaction, patient_id: UUID, identity: Identity) -> None:
        """Store a new patient under a key of their own."""
        key = self._cipher.new_key(_key_place(tx, patient_id))
        data_key = self._cipher.open_key(key, _key_place(tx, patient_id))

        def sealed(column: str, text: str) -> bytes:
            return seal_text(data_key, text, _place(tx, patient_id, column))

        await tx.connection.execute(
            INSERT,
            patient_id,
            tx.tenant,
            sealed("given_name", identity.given_name),
            sealed("family_name", identity.family_name),
            sealed("born_on", identity.born_on.isoformat()),
            sealed("email", identity.email) if identity.email else None,
            sealed("phone", identity.phone) if identity.phone else None,
            identity.zone,
            identity.language,
            self._index(tx, "person", identity.person),
            self._index(tx, "email", address_form(identity.email)) if identity.email else None,
            self._index(tx, "phone", address_form(identity.phone)) if identity.phone else None,
            tx.now,
        )
        await tx.connection.execute(INSERT_KEY, patient_id, tx.tenant, key.key_id, key.wrapped, tx.now)

    async def born_on(self, tx: Transaction, patient_id: UUID) -> date:
        """The birth date; Conflict (`identity_erased`)."""
        data_key = await self._data_key(tx, patient_id)
        sealed: bytes = await tx.connection.fetchval(BORN_ON, patient_id)
        return date.fromisoformat(unseal_text(data_key, sealed, _place(tx, patient_id, "born_on")))

    async def contact_details(self, tx: Transaction, patient_id: UUID, channel: Channel) -> ContactDetails | None:
        """How to write to the patient through the channel; None without an address there."""
        row = await tx.connection.fetchrow(CONTACT, patient_id, channel)
        if row is None or row["address"] is None:
            return None
        data_key = await self._data_key(tx, patient_id)
        column = "email" if channel is Channel.EMAIL else "phone"
        return ContactDetails(
            first_name=unseal_text(data_key, row["given_name"], _place(tx, patient_id, "given_name")),
            address=unseal_text(data_key, row["address"], _place(tx, patient_id, column)),
            zone=row["zone"],
            language=row["language"],
        )

    async def seal(self, tx: Transaction, patient_id: UUID, place: Place, text: str) -> bytes:
        """Text that can name people, encrypted with the patient's key for its place in another table."""
        return seal_text(await self._data_key(tx, patient_id), text, place)

    async def unseal(self, tx: Transaction, patient_id: UUID, sealed: Iterable[tuple[Place, bytes]]) -> list[str]:
        """Texts that `seal` encrypted, each for its place, in order; Conflict (`identity_erased`)."""
        data_key = await self._data_key(tx, patient_id)
        return [unseal_text(data_key, ciphertext, place) for place, ciphertext in sealed]

    async def _data_key(self, tx: Transaction, patient_id: UUID) -> bytes:
        row = await tx.connection.fetchrow(FIND_KEY, patient_id)
        if row is None:
            raise Conflict("identity_erased", "the identity of this patient was erased")
        return self._cipher.open_key(WrappedKey(row["key_id"], row["wrapped"]), _key_place(tx, patient_id))

    def _index(self, tx: Transaction, purpose: str, value: str) -> bytes:
        return keyed_hash(self._index_key, tx.tenant, f"patient.{purpose}", value)


async def find_zone(tx: Transaction, patient_id: UUID) -> str:
    """The IANA zone of a patient, or NotFound."""
    zone: str | None = await tx.connection.fetchval(FIND_ZONE, patient_id)
    if zone is None:
        raise NotFound("patient_not_found", "there is no such patient")
    return zone


def _place(tx: Transaction, patient_id: UUID, column: str) -> Place:
    return Place(tx.tenant, "patient", column, str(patient_id))


def _key_place(tx: Transaction, patient_id: UUID) -> Place:
    return Place(tx.tenant, "patient_key", "wrapped", str(patient_id))
