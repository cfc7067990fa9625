"""The clock file as a process reads it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stepwell_kernel.clock import Segment, WallClock
from stepwell_runtime import clock
from stepwell_runtime.clock import FileClock, open_clock, read_segments

FIRST = Segment(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), 60.0)
SECOND = Segment(datetime(2026, 11, 2, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), 0.0)


def line(segment: Segment) -> str:
    document = {
        "wall_from": segment.wall_from.isoformat(),
        "domain_from": segment.domain_from.isoformat(),
        "factor": segment.factor,
    }
    return json.dumps(document) + "\n"


def test_segments_are_read_in_order() -> None:
    assert read_segments((line(FIRST) + line(SECOND)).encode()) == (FIRST, SECOND)
    assert read_segments(b"") == ()


@pytest.mark.parametrize("cut", [1, 10, len(line(SECOND)) - 1])
def test_a_torn_last_line_is_not_read_yet(cut: int) -> None:
    assert read_segments((line(FIRST) + line(SECOND)[:cut]).encode()) == (FIRST,)


def test_without_a_file_domain_time_is_wall_time(tmp_path: Path) -> None:
    assert open_clock(None) == WallClock()
    before = datetime.now(UTC)
    assert before <= FileClock(tmp_path / "none").now() <= datetime.now(UTC)


def test_domain_time_stands_where_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "clock.jsonl"
    path.write_text(line(FIRST) + line(SECOND))
    assert FileClock(path).now() == SECOND.domain_from


def test_a_new_segment_is_seen_at_the_next_reading_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clock.jsonl"
    path.write_text(line(FIRST))
    read = FileClock(path)
    assert read.segments() == (FIRST,)
    with path.open("a") as file:
        file.write(line(SECOND))
    monkeypatch.setattr(clock, "REREAD_S", 3600.0)
    assert read.segments() == (FIRST,)
    monkeypatch.setattr(clock, "REREAD_S", 0.0)
    assert read.segments() == (FIRST, SECOND)


def test_a_scaled_clock_runs_ahead(tmp_path: Path) -> None:
    begin = datetime.now(UTC) - timedelta(seconds=10)
    path = tmp_path / "clock.jsonl"
    path.write_text(line(Segment(begin, begin, 3600.0)))
    assert FileClock(path).now() >= begin + timedelta(hours=10)
