"""An address as notifications keeps it: a keyed hash, by tenant and channel."""

from stepwell_kernel.codes import Channel
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import KeyProvider, keyed_hash

LOCK = "select pg_advisory_xact_lock($1)"


def address_hash(keys: KeyProvider, tenant: str, channel: Channel, address: str) -> bytes:
    """32 bytes by which messages to an address and replies from it find each other, and nothing else is told."""
    return keyed_hash(keys.index_key(), tenant, f"address/{channel}", address.lower())


async def lock_address(tx: Transaction, address_hash: bytes) -> None:
    """Lock an address until the transaction ends, after its patients' streams.

    A first message and an opt-out of nobody known share no patient: here one waits for the other.
    """
    await tx.connection.execute(LOCK, int.from_bytes(address_hash[:8], signed=True))
