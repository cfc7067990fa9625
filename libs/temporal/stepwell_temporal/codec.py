"""The payload codec: what Temporal stores is encrypted, with the id of the key in the metadata."""

from collections.abc import Sequence

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from stepwell_kernel.errors import Bug
from stepwell_runtime.keys import KeyRing, seal, unseal

ENCODING = b"binary/encrypted"
KEY_ID = "stepwell-key-id"


class EncryptionCodec(PayloadCodec):
    """AES-256-GCM over whole payloads; old keys on the ring still open what they sealed."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal each payload under the current key."""
        key_id = self._keys.current
        key = self._keys.key(key_id)
        return [
            Payload(
                metadata={"encoding": ENCODING, KEY_ID: key_id.encode()},
                data=seal(key, payload.SerializeToString(), key_id.encode()),
            )
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open what is sealed and pass on what is not. Raises Bug (`key_unknown`, `ciphertext_broken`)."""
        return [self._open(payload) for payload in payloads]

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata.get(KEY_ID, b"").decode()
        if not key_id:
            raise Bug("key_unknown", "an encrypted payload names no key")
        return Payload.FromString(unseal(self._keys.key(key_id), payload.data, key_id.encode()))
