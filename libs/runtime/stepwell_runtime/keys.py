"""Keys and what is done with them: fields encrypted per patient, keyed hashes, keys of the payload codec."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from stepwell_kernel.errors import Bug

NONCE_BYTES = 12
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id, 32 bytes each, and the id that new ciphertexts are made with."""

    current: str
    keys: Mapping[str, bytes]

    def key(self, key_id: str) -> bytes:
        """The key of that id; Bug (`key_unknown`) when it is not on the ring."""
        try:
            return self.keys[key_id]
        except KeyError as error:
            raise Bug("key_unknown", f"there is no key {key_id!r}") from error


class KeyProvider(Protocol):
    """Where keys come from: a file locally, a key service in a cluster."""

    def field_keys(self) -> KeyRing:
        """Keys that wrap the data keys of patients."""
        ...

    def payload_keys(self) -> KeyRing:
        """Keys of the workflow payload codec."""
        ...

    def index_key(self) -> bytes:
        """The key of keyed hashes."""
        ...

    def session_key(self) -> bytes:
        """The key that signs what a browser brings back."""
        ...


class FileKeys:
    """Keys from a JSON file with base64 values, mode 0600."""

    def __init__(self, path: Path) -> None:
        self._document = json.loads(path.read_text())

    def field_keys(self) -> KeyRing:
        """Keys that wrap the data keys of patients."""
        return self._ring("field_keys")

    def payload_keys(self) -> KeyRing:
        """Keys of the workflow payload codec."""
        return self._ring("payload_keys")

    def index_key(self) -> bytes:
        """The key of keyed hashes."""
        return _key(self._document["index_key"])

    def session_key(self) -> bytes:
        """The key that signs what a browser brings back."""
        return _key(self._document["session_key"])

    def _ring(self, name: str) -> KeyRing:
        ring = self._document[name]
        return KeyRing(ring["current"], {key_id: _key(key) for key_id, key in ring["keys"].items()})


def _key(text: str) -> bytes:
    """A key from its base64 text; Bug (`key_malformed`) unless it has 32 bytes."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Bug("key_malformed", "a key in the keys file is not base64") from error
    if len(key) != KEY_BYTES:
        raise Bug("key_malformed", f"a key in the keys file has {len(key)} bytes, not {KEY_BYTES}")
    return key


def seal(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """AES-256-GCM with a random 96-bit nonce in front; `associated` binds the ciphertext to its place."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, associated)


def unseal(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """The plaintext; Bug (`ciphertext_broken`) for another key, another place, changed or missing bytes."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], associated)
    except (InvalidTag, ValueError) as error:
        raise Bug("ciphertext_broken", "a ciphertext does not open with its key and place") from error


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ciphertext belongs; it opens nowhere else."""

    tenant: str
    table: str
    column: str
    row: str

    def associated(self, key_id: str) -> bytes:
        """The bytes that bind a ciphertext to this place and key."""
        parts = (self.tenant, self.table, self.column, self.row, key_id)
        return "\x1f".join(parts).encode()


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A patient's data key, wrapped by a key of the tenant's ring. Destroying it erases what it encrypted."""

    key_id: str
    wrapped: bytes


class FieldCipher:
    """Encrypts identity fields with a data key per patient."""

    def __init__(self, keys: KeyProvider) -> None:
        self._ring = keys.field_keys()

    def new_key(self, place: Place) -> WrappedKey:
        """A fresh data key, wrapped for its row."""
        key_id = self._ring.current
        wrapped = seal(self._ring.key(key_id), os.urandom(KEY_BYTES), place.associated(key_id))
        return WrappedKey(key_id, wrapped)

    def open_key(self, key: WrappedKey, place: Place) -> bytes:
        """The data key of a row."""
        return unseal(self._ring.key(key.key_id), key.wrapped, place.associated(key.key_id))


def seal_text(data_key: bytes, text: str, place: Place) -> bytes:
    """A field's ciphertext."""
    return seal(data_key, text.encode(), place.associated("data"))


def unseal_text(data_key: bytes, sealed: bytes, place: Place) -> str:
    """A field's text."""
    return unseal(data_key, sealed, place.associated("data")).decode()


def keyed_hash(index_key: bytes, tenant: str, purpose: str, value: str) -> bytes:
    """A hash by which equal values of a tenant and purpose find each other, and nothing else is told."""
    tenant_key = hmac.new(index_key, f"{tenant}\x1f{purpose}".encode(), hashlib.sha256).digest()
    return hmac.new(tenant_key, value.encode(), hashlib.sha256).digest()
