"""What a person is told of the past that a simulated network lives through."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stepwell_devstack.clock_file import LEAD, ClockFile
from stepwell_devstack.progress import ConsoleProgress
from stepwell_devstack.simulating import PAST, Simulated, telling_of_arrival
from stepwell_testing.eventually import eventually

DAY = timedelta(days=1)
A_DAY_A_SECOND = 86_400.0


class Wall:
    """A wall clock that the test moves."""

    now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def clock_of(tmp_path: Path, wall: Wall, past: timedelta) -> ClockFile:
    clock = ClockFile(tmp_path / "clock.jsonl", wall=wall)
    clock.begin(wall.now - past)
    return clock


def test_how_far_the_clock_lies_back_is_told_and_what_comes_then(tmp_path: Path) -> None:
    wall = Wall()
    clock = clock_of(tmp_path, wall, PAST)
    wall.now += timedelta(minutes=1)
    assert clock.lies_back() == PAST
    told = Simulated(day_s=0.5).at_work(clock.lies_back())
    assert "lies 28 days back" in told
    assert told.endswith("then a day lasts 0.5 s.")


def test_a_network_in_the_present_or_ahead_is_at_work_at_once() -> None:
    for past in (-30 * DAY, timedelta(0), DAY):
        assert Simulated().at_work(past) == "A network of three facilities is at work; a day lasts 120 s."


async def test_when_the_past_is_over_that_is_told_once(tmp_path: Path) -> None:
    wall, stream = Wall(), io.StringIO()
    clock = clock_of(tmp_path, wall, PAST)
    clock.append(A_DAY_A_SECOND)
    async with telling_of_arrival(clock, ConsoleProgress(stream)):
        wall.now += LEAD + timedelta(seconds=20)
        assert stream.getvalue() == ""
        wall.now += timedelta(seconds=7.5)
        await eventually(stream.getvalue, until=bool)
    assert stream.getvalue().partition(" s  ")[2] == "done   simulation         28 days lived through in 0 s\n"


async def test_nothing_is_told_of_a_past_that_is_not_there(tmp_path: Path) -> None:
    wall, stream = Wall(), io.StringIO()
    async with telling_of_arrival(clock_of(tmp_path, wall, -3 * DAY), ConsoleProgress(stream)):
        pass
    assert stream.getvalue() == ""
