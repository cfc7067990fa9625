"""Domain time of a process: wall time, or the scaled clock's file, re-read every second."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from stepwell_kernel.clock import Clock, ScaledTime, Segment, WallClock

REREAD_S = 1.0


class FileClock:
    """Domain time by the segments in a file: one JSON object a line; a torn last line is not read yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._scaled = ScaledTime()
        self._read_at = float("-inf")
        self._size = -1

    def now(self) -> datetime:
        """The present instant of domain time, in UTC."""
        self._reread()
        return self._scaled.domain_at(datetime.now(UTC))

    def segments(self) -> tuple[Segment, ...]:
        """The segments known now."""
        self._reread()
        return self._scaled.segments

    def _reread(self) -> None:
        moment = time.monotonic()
        if moment - self._read_at < REREAD_S:
            return
        self._read_at = moment
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return
        if len(content) != self._size:
            self._size = len(content)
            self._scaled = ScaledTime(read_segments(content))


def read_segments(content: bytes) -> tuple[Segment, ...]:
    """The segments in a clock file's content."""
    whole, _, _ = content.rpartition(b"\n")
    return tuple(_segment(line) for line in whole.splitlines() if line.strip())


def _segment(line: bytes) -> Segment:
    item = json.loads(line)
    return Segment(
        datetime.fromisoformat(item["wall_from"]),
        datetime.fromisoformat(item["domain_from"]),
        float(item["factor"]),
    )


def open_clock(path: Path | None) -> Clock:
    """The clock of a process: the file's when there is one, else wall time, as always in production."""
    return WallClock() if path is None else FileClock(path)
