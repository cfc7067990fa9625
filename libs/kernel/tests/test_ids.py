"""Ids: the fields of RFC 9562, their order, and the same name for the same cause."""

import time
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID, uuid4

import pytest

from stepwell_kernel.ids import derived_id, made_at, new_id


def test_an_id_has_the_version_and_variant_of_the_rfc() -> None:
    identifier = new_id()
    assert (identifier.version, identifier.variant) == (7, RFC_4122)


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = []
    for _ in range(200):
        made.append(new_id())
        before = time.time_ns()
        while time.time_ns() - before < 500:
            pass
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_tells_when_it_was_made() -> None:
    before = datetime.now(UTC)
    moment = made_at(new_id())
    assert before - timedelta(milliseconds=1) <= moment <= datetime.now(UTC)


def test_the_example_of_the_rfc_is_read() -> None:
    """RFC 9562, appendix A.6: 2022-02-22 14:22:22 in New York."""
    assert made_at(UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")) == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


def test_another_version_tells_no_time() -> None:
    with pytest.raises(ValueError, match="not a UUIDv7"):
        made_at(uuid4())


def test_the_same_cause_names_the_same_thing() -> None:
    cause = new_id()
    assert derived_id(cause, "email", "1") == derived_id(cause, "email", "1")
    assert derived_id(cause, "email", "1") != derived_id(cause, "email", "2")
    assert derived_id(cause, "email", "1") != derived_id(new_id(), "email", "1")
