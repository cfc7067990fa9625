"""Payloads sealed under the current key, opened by any key of the ring."""

import base64
import json
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload

from stepwell_kernel.errors import Bug
from stepwell_runtime.keys import FileKeys, KeyRing
from stepwell_temporal.codec import ENCODING, KEY_ID, EncryptionCodec

OLD, NEW = b"o" * 32, b"n" * 32
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"marked-1234"')


async def test_what_is_sealed_names_its_key_and_opens_again() -> None:
    codec = EncryptionCodec(KeyRing("p1", {"p1": OLD}))
    (sealed,) = await codec.encode([PLAIN])
    assert dict(sealed.metadata) == {"encoding": ENCODING, KEY_ID: b"p1"}
    assert b"marked-1234" not in sealed.SerializeToString()
    assert await codec.decode([sealed]) == [PLAIN]


async def test_the_same_payload_is_sealed_differently_each_time() -> None:
    codec = EncryptionCodec(KeyRing("p1", {"p1": OLD}))
    first, second = await codec.encode([PLAIN, PLAIN])
    assert first.data != second.data


async def test_a_rotated_ring_opens_what_the_old_key_sealed_and_seals_with_the_new_one() -> None:
    (sealed,) = await EncryptionCodec(KeyRing("p1", {"p1": OLD})).encode([PLAIN])
    rotated = EncryptionCodec(KeyRing("p2", {"p1": OLD, "p2": NEW}))
    assert await rotated.decode([sealed]) == [PLAIN]
    (again,) = await rotated.encode([PLAIN])
    assert again.metadata[KEY_ID] == b"p2"


async def test_a_key_that_is_gone_is_named() -> None:
    (sealed,) = await EncryptionCodec(KeyRing("p1", {"p1": OLD})).encode([PLAIN])
    with pytest.raises(Bug, match="'p1'") as refusal:
        await EncryptionCodec(KeyRing("p2", {"p2": NEW})).decode([sealed])
    assert refusal.value.code == "key_unknown"


async def test_other_bytes_under_the_same_id_do_not_open_it() -> None:
    (sealed,) = await EncryptionCodec(KeyRing("p1", {"p1": OLD})).encode([PLAIN])
    with pytest.raises(Bug) as refusal:
        await EncryptionCodec(KeyRing("p1", {"p1": NEW})).decode([sealed])
    assert refusal.value.code == "ciphertext_broken"


async def test_a_payload_moved_under_another_key_id_does_not_open() -> None:
    codec = EncryptionCodec(KeyRing("p1", {"p1": OLD, "p2": OLD}))
    (sealed,) = await codec.encode([PLAIN])
    sealed.metadata[KEY_ID] = b"p2"
    with pytest.raises(Bug) as refusal:
        await codec.decode([sealed])
    assert refusal.value.code == "ciphertext_broken"


async def test_what_was_never_sealed_passes() -> None:
    assert await EncryptionCodec(KeyRing("p1", {"p1": OLD})).decode([PLAIN]) == [PLAIN]


async def test_the_ring_of_a_keys_file(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    keys = {"p1": base64.b64encode(OLD).decode(), "p2": base64.b64encode(NEW).decode()}
    file.write_text(json.dumps({"payload_keys": {"current": "p2", "keys": keys}}))
    (sealed,) = await EncryptionCodec(FileKeys(file).payload_keys()).encode([PLAIN])
    assert await EncryptionCodec(KeyRing("p2", {"p2": NEW})).decode([sealed]) == [PLAIN]
