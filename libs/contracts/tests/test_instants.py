"""Instants: with a zone, and in the years of calendars."""

import pytest
from pydantic import TypeAdapter, ValidationError

from stepwell_contracts.base import Instant

INSTANTS: TypeAdapter[Instant] = TypeAdapter(Instant)


@pytest.mark.parametrize("instant", ["2000-01-01T00:00:00Z", "2026-03-02T12:00:00-05:00", "2199-12-31T23:59:59Z"])
def test_an_instant_has_a_zone(instant: str) -> None:
    assert INSTANTS.validate_python(instant).utcoffset() is not None


@pytest.mark.parametrize(
    ("instant", "problem"),
    [
        ("2026-03-02T12:00:00", "timezone_aware"),
        ("0001-01-01T00:00:00+14:00", "greater_than_equal"),
        ("9999-12-31T23:59:59-12:00", "less_than"),
        ("2200-01-01T00:00:00Z", "less_than"),
    ],
)
def test_what_is_no_instant_is_refused(instant: str, problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        INSTANTS.validate_python(instant)
    assert [error["type"] for error in refused.value.errors()] == [problem]
