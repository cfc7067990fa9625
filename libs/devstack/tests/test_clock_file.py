"""The scaled clock's file: continuous, never back, standing still while the platform is down."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from stepwell_devstack.clock_file import LARGEST_FACTOR, LEAD, NOTE_REACH, ClockFile, noting
from stepwell_kernel.clock import Segment
from stepwell_testing.eventually import eventually

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY_IN_TWO_SECONDS = 43_200.0
SECOND = timedelta(seconds=1)


class Wall:
    """A wall clock that the test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def clock(tmp_path: Path, wall: Wall) -> ClockFile:
    return ClockFile(tmp_path / "clock.jsonl", wall=wall)


def test_without_segments_domain_time_is_wall_time(clock: ClockFile, wall: Wall) -> None:
    assert clock.segments() == ()
    assert clock.time().domain_at(wall.now) == wall.now
    clock.note()
    wall.pass_by(3600)
    assert not clock.resume()
    assert clock.time().domain_at(wall.now) == wall.now


def test_a_segment_begins_where_every_process_can_know_of_it(clock: ClockFile, wall: Wall) -> None:
    segment = clock.append(DAY_IN_TWO_SECONDS)
    assert segment.wall_from - wall.now >= 3 * SECOND
    assert segment.domain_from == segment.wall_from
    assert clock.segments() == (segment,)
    assert clock.time().domain_at(segment.wall_from + 2 * SECOND) == segment.domain_from + timedelta(days=1)


def test_segments_join_without_a_step(clock: ClockFile, wall: Wall) -> None:
    first = clock.append(1000.0)
    wall.pass_by(10)
    second = clock.append(1.0)
    assert second.domain_from == first.domain_from + (second.wall_from - first.wall_from) * 1000


def test_two_changes_at_once_keep_their_order(clock: ClockFile) -> None:
    first, second = clock.append(1000.0), clock.append(2.0)
    assert clock.segments() == (first, second)
    assert clock.time().domain_at(second.wall_from + SECOND) == first.domain_from + 2 * SECOND


@pytest.mark.parametrize("factor", [-0.1, LARGEST_FACTOR * 1.01, float("nan"), float("inf")])
def test_time_never_runs_back_nor_without_bound(clock: ClockFile, factor: float) -> None:
    with pytest.raises(ValueError, match="factor"):
        clock.append(factor)
    assert clock.segments() == ()


def test_domain_time_stands_still_while_the_platform_is_down(clock: ClockFile, wall: Wall) -> None:
    clock.append(DAY_IN_TWO_SECONDS)
    wall.pass_by(60)
    clock.note()
    stopped = wall.now + NOTE_REACH
    seen_at_most = clock.time().domain_at(stopped)
    wall.pass_by(7200)

    assert clock.resume()
    time_map = clock.time()
    assert time_map.domain_at(stopped) == seen_at_most
    assert time_map.domain_at(wall.now - SECOND) == seen_at_most
    assert time_map.domain_at(wall.now) == seen_at_most
    assert time_map.domain_at(wall.now + 2 * SECOND) == seen_at_most + timedelta(days=1)


def test_a_segment_that_had_not_begun_is_dropped_and_its_factor_kept(clock: ClockFile, wall: Wall) -> None:
    running = clock.append(1000.0)
    wall.pass_by(60)
    clock.append(2.0)
    stopped = wall.now + NOTE_REACH
    wall.pass_by(600)
    clock.resume()
    assert clock.segments() == (
        running,
        Segment(stopped, running.domain_from + (stopped - running.wall_from) * 1000, 0.0),
        Segment(wall.now, running.domain_from + (stopped - running.wall_from) * 1000, 2.0),
    )


def test_a_restart_within_the_reach_of_the_note_changes_nothing(clock: ClockFile, wall: Wall) -> None:
    clock.append(1000.0)
    before = clock.segments()
    wall.pass_by(0.8)
    assert not clock.resume()
    assert clock.segments() == before


def test_a_second_kill_before_anything_ran_leaves_one_standstill(clock: ClockFile, wall: Wall) -> None:
    clock.append(1000.0)
    wall.pass_by(60)
    clock.note()
    note = clock.path.with_suffix(".note")
    noted = note.read_text()
    wall.pass_by(600)
    clock.resume()
    note.write_text(noted)
    wall.pass_by(600)
    clock.resume()
    assert [segment.factor for segment in clock.segments()] == [1000.0, 0.0, 1000.0]
    assert clock.segments()[-1].wall_from == wall.now


def test_a_torn_last_line_is_no_segment_and_spoils_none(clock: ClockFile, wall: Wall) -> None:
    first = clock.append(1000.0)
    with clock.path.open("a") as file:
        file.write('{"wall_from": "2026-0')
    assert clock.segments() == (first,)
    wall.pass_by(10)
    second = clock.append(1.0)
    assert clock.segments() == (first, second)


def test_another_process_reads_the_same_segments(clock: ClockFile, wall: Wall) -> None:
    clock.append(1234.5)
    wall.pass_by(10)
    clock.append(0)
    assert ClockFile(clock.path).segments() == clock.segments()
    assert clock.path.stat().st_mode & 0o777 == 0o600


@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("run"), st.floats(0.1, 100)),
            st.tuples(st.just("scale"), st.floats(0, 1_000_000)),
            st.tuples(st.just("kill"), st.floats(0, 100_000)),
        ),
        max_size=20,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_nobody_sees_time_go_back(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, float]]
) -> None:
    wall = Wall()
    clock = ClockFile(tmp_path_factory.mktemp("clock") / "clock.jsonl", wall=wall)
    clock.resume()
    seen = [clock.time().domain_at(wall.now)]
    for step, amount in steps:
        if step == "run":
            wall.pass_by(amount)
            clock.note()
        elif step == "scale":
            clock.append(amount)
        else:
            wall.pass_by(0.9)
            seen.append(clock.time().domain_at(wall.now))
            wall.pass_by(amount)
            clock.resume()
        seen.append(clock.time().domain_at(wall.now))
    assert seen == sorted(seen)
    assert list(clock.segments()) == sorted(clock.segments(), key=lambda segment: segment.wall_from)


async def test_notes_are_taken_while_the_platform_lives(tmp_path: Path) -> None:
    clock = ClockFile(tmp_path / "clock.jsonl")
    note = clock.path.with_suffix(".note")
    with noting(clock):
        begun = datetime.now(UTC)
        await eventually(lambda: note.exists() and datetime.fromisoformat(note.read_text()) >= begun + SECOND)
    ended = datetime.fromisoformat(note.read_text())
    assert datetime.now(UTC) - ended < SECOND


def test_the_lead_covers_the_rereading_of_every_process() -> None:
    assert timedelta(seconds=3) <= LEAD
