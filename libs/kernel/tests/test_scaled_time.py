"""Scaled time: it never goes back, and waiting as long as it says arrives."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from stepwell_kernel.clock import ScaledTime, Segment

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
FACTORS = (0.0, 0.5, 1.0, 60.0, 3600.0, 43_200.0)

waits = st.timedeltas(timedelta(0), timedelta(hours=2))
steps = st.lists(
    st.tuples(st.timedeltas(timedelta(seconds=3), timedelta(hours=1)), st.sampled_from(FACTORS)), max_size=6
)


def scaled(made: list[tuple[timedelta, float]]) -> ScaledTime:
    """Segments as the supervisor appends them: each begins where domain time then stands."""
    time, wall = ScaledTime(), START
    for after, factor in made:
        wall += after
        time = ScaledTime((*time.segments, Segment(wall, time.domain_at(wall), factor)))
    return time


def test_without_segments_domain_time_is_wall_time() -> None:
    assert ScaledTime().domain_at(START) == START
    assert ScaledTime().wait_until(START + timedelta(hours=1), START) == timedelta(hours=1)


def test_a_day_passes_in_two_seconds() -> None:
    time = ScaledTime((Segment(START, START, 43_200.0),))
    assert time.domain_at(START + timedelta(seconds=2)) == START + timedelta(days=1)
    assert time.wait_until(START + timedelta(days=1), START) == timedelta(seconds=2)


def test_before_the_first_segment_domain_time_is_wall_time() -> None:
    time = ScaledTime((Segment(START, START, 60.0),))
    assert time.domain_at(START - timedelta(minutes=1)) == START - timedelta(minutes=1)
    assert time.wait_until(START + timedelta(hours=1), START - timedelta(minutes=1)) == timedelta(minutes=2)


def test_an_endless_standstill_is_looked_at_again_within_the_hour() -> None:
    time = ScaledTime((Segment(START, START, 0.0),))
    assert time.wait_until(START + timedelta(days=1), START) == timedelta(hours=1)


@given(steps, waits, waits)
def test_domain_time_never_goes_back(made: list[tuple[timedelta, float]], first: timedelta, second: timedelta) -> None:
    time = scaled(made)
    assert time.domain_at(START + first) <= time.domain_at(START + first + second)


@given(steps, waits, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_who_waits_as_long_as_told_arrives(
    made: list[tuple[timedelta, float]], begin: timedelta, ahead: timedelta
) -> None:
    time = scaled([*made, (timedelta(seconds=3), 1.0)])
    wall = START + begin
    due = time.domain_at(wall) + ahead
    wait = time.wait_until(due, wall)
    rounding = timedelta(microseconds=1) * max(FACTORS)
    assert wait >= timedelta(0)
    assert time.domain_at(wall + wait) >= due - rounding
    if wait > timedelta(0):
        assert time.domain_at(wall + wait - timedelta(microseconds=2)) < due


@given(steps, waits)
def test_what_is_due_is_not_waited_for(made: list[tuple[timedelta, float]], begin: timedelta) -> None:
    time = scaled(made)
    wall = START + begin
    assert time.wait_until(time.domain_at(wall), wall) == timedelta(0)
