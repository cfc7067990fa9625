"""Local time over the clock changes of New York, and business days.

The United States change clocks on the second Sunday of March and the first of November (15 U.S.C. 260a):
2026-11-01 and 2027-03-14.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from stepwell_kernel.errors import Invalid
from stepwell_kernel.local_time import (
    add_business_days,
    is_business_day,
    local_at,
    resolve,
    resolve_forward,
    zone,
)

NEW_YORK = "America/New_York"
THANKSGIVING = date(2026, 11, 26)


def utc(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        (datetime(2026, 10, 31, 9), utc(2026, 10, 31, 13)),
        (datetime(2026, 11, 1, 0, 59), utc(2026, 11, 1, 4, 59)),
        (datetime(2026, 11, 1, 1, 30), utc(2026, 11, 1, 5, 30)),
        (datetime(2026, 11, 1, 2), utc(2026, 11, 1, 7)),
        (datetime(2026, 11, 2, 9), utc(2026, 11, 2, 14)),
        (datetime(2027, 3, 14, 1, 59), utc(2027, 3, 14, 6, 59)),
        (datetime(2027, 3, 14, 3), utc(2027, 3, 14, 7)),
        (datetime(2027, 3, 15, 9), utc(2027, 3, 15, 13)),
    ],
)
def test_local_times_around_the_clock_changes(local: datetime, instant: datetime) -> None:
    assert resolve(local, NEW_YORK) == instant
    assert local_at(instant, NEW_YORK) == local


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_a_time_that_the_clock_leaps_over_is_refused_or_taken_an_hour_later(minute: int) -> None:
    skipped = datetime(2027, 3, 14, 2, minute)
    with pytest.raises(Invalid) as refusal:
        resolve(skipped, NEW_YORK)
    assert refusal.value.code == "skipped_local_time"
    assert local_at(resolve_forward(skipped, NEW_YORK), NEW_YORK) == datetime(2027, 3, 14, 3, minute)


def test_a_local_time_has_no_offset() -> None:
    with pytest.raises(Invalid) as refusal:
        resolve(utc(2026, 11, 1, 1), NEW_YORK)
    assert refusal.value.code == "offset_not_expected"


@pytest.mark.parametrize("name", ["Mars/Olympus", "America", "", "../etc/passwd", "a\0b", "x" * 5000])
def test_a_zone_that_is_none_is_named_as_such(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        zone(name)
    assert refusal.value.code == "unknown_zone"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_an_instant_survives_the_way_through_local_time_but_for_the_repeated_hour(instant: datetime) -> None:
    back = resolve(local_at(instant, NEW_YORK), NEW_YORK)
    assert instant - back in {timedelta(0), timedelta(hours=1)}


@pytest.mark.parametrize(
    ("local", "days", "expected"),
    [
        (datetime(2026, 11, 20, 16), 1, datetime(2026, 11, 23, 16)),
        (datetime(2026, 11, 20, 16), 0, datetime(2026, 11, 20, 16)),
        (datetime(2026, 11, 21, 10), 0, datetime(2026, 11, 23, 0)),
        (datetime(2026, 11, 21, 10), 1, datetime(2026, 11, 24, 0)),
        (datetime(2026, 11, 25, 9), 1, datetime(2026, 11, 27, 9)),
        (datetime(2026, 11, 26, 9), 1, datetime(2026, 11, 30, 0)),
        (datetime(2026, 10, 30, 9), 1, datetime(2026, 11, 2, 9)),
        (datetime(2026, 11, 16, 9), 10, datetime(2026, 12, 1, 9)),
    ],
    ids=["friday", "now", "saturday 0", "saturday 1", "over thanksgiving", "on thanksgiving", "clock change", "ten"],
)
def test_business_days_keep_the_local_time(local: datetime, days: int, expected: datetime) -> None:
    due = add_business_days(resolve(local, NEW_YORK), days, NEW_YORK, {THANKSGIVING})
    assert local_at(due, NEW_YORK) == expected


def test_days_off() -> None:
    assert is_business_day(date(2026, 11, 25), {THANKSGIVING})
    assert not is_business_day(THANKSGIVING, {THANKSGIVING})
    assert not is_business_day(date(2026, 11, 28), set())
    assert not is_business_day(date(2026, 11, 29), set())
