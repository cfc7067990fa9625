"""Keys: what was sealed opens with its key, in its place, and nowhere else."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from stepwell_devstack.secrets import load_or_make
from stepwell_kernel.errors import Bug
from stepwell_runtime.keys import (
    FieldCipher,
    FileKeys,
    Place,
    keyed_hash,
    seal,
    seal_text,
    unseal,
    unseal_text,
)

PLACE = Place("riverbend", "patient", "name", "0193a000-0000-7000-8000-000000000001")
KEY = bytes(range(32))


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    """Keys as the local platform makes them."""
    return FileKeys(load_or_make(tmp_path / "secrets").keys_file)


@given(st.text())
def test_a_text_comes_back(text: str) -> None:
    assert unseal_text(KEY, seal_text(KEY, text, PLACE), PLACE) == text


@given(st.binary(max_size=64), st.integers(min_value=0), st.integers(1, 255))
def test_changed_bytes_do_not_open(plaintext: bytes, at: int, change: int) -> None:
    sealed = bytearray(seal(KEY, plaintext, b"here"))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(Bug, match="ciphertext_broken"):
        unseal(KEY, bytes(sealed), b"here")


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, tenant="harborlight"),
        replace(PLACE, table="contact"),
        replace(PLACE, column="phone"),
        replace(PLACE, row="0193a000-0000-7000-8000-000000000002"),
    ],
    ids=["tenant", "table", "column", "row"],
)
def test_a_ciphertext_opens_in_its_place_alone(keys: FileKeys, elsewhere: Place) -> None:
    with pytest.raises(Bug, match="ciphertext_broken"):
        unseal_text(KEY, seal_text(KEY, "text", PLACE), elsewhere)
    cipher = FieldCipher(keys)
    with pytest.raises(Bug, match="ciphertext_broken"):
        cipher.open_key(cipher.new_key(PLACE), elsewhere)


@pytest.mark.parametrize("short", [b"", b"\0", b"\0" * 12, b"\0" * 27])
def test_what_is_too_short_to_be_a_ciphertext_is_broken(short: bytes) -> None:
    with pytest.raises(Bug, match="ciphertext_broken"):
        unseal(KEY, short, b"here")


def test_the_same_text_never_looks_the_same() -> None:
    assert len({seal_text(KEY, "text", PLACE) for _ in range(100)}) == 100


def test_a_data_key_is_wrapped_and_opened(keys: FileKeys) -> None:
    cipher = FieldCipher(keys)
    wrapped = cipher.new_key(PLACE)
    data_key = cipher.open_key(wrapped, PLACE)
    assert len(data_key) == 32
    assert data_key not in wrapped.wrapped
    assert cipher.open_key(cipher.new_key(PLACE), PLACE) != data_key


def test_after_a_rotation_old_keys_still_open_and_new_ones_are_wrapped_anew(tmp_path: Path) -> None:
    path = load_or_make(tmp_path / "secrets").keys_file
    old = FieldCipher(FileKeys(path)).new_key(PLACE)
    ring = json.loads(path.read_text())
    ring["field_keys"]["keys"]["k2"] = base64.b64encode(KEY).decode()
    ring["field_keys"]["current"] = "k2"
    path.write_text(json.dumps(ring))
    rotated = FieldCipher(FileKeys(path))
    assert len(rotated.open_key(old, PLACE)) == 32
    assert rotated.new_key(PLACE).key_id == "k2"
    with pytest.raises(Bug, match="ciphertext_broken"):
        rotated.open_key(replace(old, key_id="k2"), PLACE)
    with pytest.raises(Bug, match="key_unknown"):
        rotated.open_key(replace(old, key_id="k3"), PLACE)


@pytest.mark.parametrize("text", ["not base64!", "", base64.b64encode(b"short").decode()])
def test_a_key_of_another_form_is_named_before_it_is_used(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"index_key": text, "field_keys": {"current": "k1", "keys": {"k1": text}}}))
    for read in (FileKeys(path).index_key, FileKeys(path).field_keys):
        with pytest.raises(Bug, match="key_malformed"):
            read()


def test_equal_values_find_each_other_within_a_tenant_and_purpose_only() -> None:
    first = keyed_hash(KEY, "riverbend", "phone", "+15550100")
    assert first == keyed_hash(KEY, "riverbend", "phone", "+15550100")
    others = [
        keyed_hash(KEY, "harborlight", "phone", "+15550100"),
        keyed_hash(KEY, "riverbend", "email", "+15550100"),
        keyed_hash(KEY, "riverbend", "phone", "+15550101"),
        keyed_hash(KEY[::-1], "riverbend", "phone", "+15550100"),
    ]
    assert first not in others
    assert len(first) == 32
