"""The scaled clock's file: segments of domain time, and a note of how far the platform has lived."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stepwell_devstack.private_files import append_private, cut_torn_line, write_private
from stepwell_kernel.clock import ScaledTime, Segment

#: Every process re-reads the file once a second; the rest is room for a slow disk and a slow process.
LEAD = timedelta(seconds=3.5)

#: A standstill begins this long after the last note, so that nobody has seen a later domain time.
NOTE_REACH = timedelta(seconds=1)

#: Twice as often as the reach asks for: a note may be late by as much before domain time could go back.
NOTE_EVERY_SECONDS = 0.5

LARGEST_FACTOR = 10_000_000.0


def machine_now() -> datetime:
    """The present instant of machine time, in UTC."""
    return datetime.now(UTC)


class ClockFile:
    """The file that STEPWELL_CLOCK names, written by the supervisor alone; empty, domain time is wall time.

    One JSON object a line: wall_from and domain_from (ISO 8601 with offset) and factor (domain seconds to a
    wall second).
    """

    def __init__(self, path: Path, *, wall: Callable[[], datetime] = machine_now) -> None:
        self.path = path
        self._note_path = path.with_suffix(".note")
        self._wall = wall
        self._noting = threading.Lock()

    def segments(self) -> tuple[Segment, ...]:
        """The segments in order; a torn last line is left out."""
        if not self.path.exists():
            return ()
        whole_lines = self.path.read_text(encoding="utf-8").split("\n")[:-1]
        return tuple(_segment(line) for line in whole_lines)

    def time(self) -> ScaledTime:
        """The map from wall to domain time."""
        return ScaledTime(self.segments())

    def lies_back(self) -> timedelta:
        """How far domain time lies behind wall time; negative where it lies ahead."""
        now = self._wall()
        return now - self.time().domain_at(now)

    def begin(self, domain: datetime) -> None:
        """Let domain time begin at an instant of its own, at the wall's pace; for a platform that never ran."""
        write_private(self.path, _line(Segment(self._wall(), domain, 1.0)))

    def append(self, factor: float) -> Segment:
        """Let domain time run `factor` times as fast as wall time, from an instant of which all learn before.

        Raises ValueError for a factor below 0 (time never goes back) or above LARGEST_FACTOR.
        """
        if not 0 <= factor <= LARGEST_FACTOR:
            message = f"a clock's factor lies between 0 and {LARGEST_FACTOR:.0f}"
            raise ValueError(message)
        self.note()
        known = self.segments()
        begin = self._wall() + LEAD
        if known:
            begin = max(begin, known[-1].wall_from)
        segment = Segment(begin, ScaledTime(known).domain_at(begin), float(factor))
        if self.path.exists():
            cut_torn_line(self.path)
        append_private(self.path, _line(segment))
        return segment

    def note(self) -> None:
        """Write down that the platform lives now."""
        with self._noting:
            write_private(self._note_path, self._wall().isoformat())

    def resume(self) -> bool:
        """Let a scaled clock stand still from the last note until now; whether it did.

        Called while nothing of the platform runs. A segment that had not begun at the last note never took
        effect: it is dropped, and its factor holds from now on.
        """
        known = self.segments()
        noted = self._last_note()
        now = self._wall()
        stood = bool(known) and noted is not None and now > noted + NOTE_REACH
        if stood and noted is not None:
            write_private(self.path, "".join(map(_line, _with_standstill(known, noted + NOTE_REACH, now))))
        self.note()
        return stood

    def _last_note(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self._note_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None


@contextmanager
def noting(clock_file: ClockFile) -> Iterator[None]:
    """Take a note twice a second, in a thread of its own so that a busy event loop delays none."""
    ended = threading.Event()

    def take_notes() -> None:
        while not ended.wait(NOTE_EVERY_SECONDS):
            clock_file.note()

    thread = threading.Thread(target=take_notes, name="clock notes", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        clock_file.note()


def _with_standstill(known: Sequence[Segment], stopped: datetime, now: datetime) -> list[Segment]:
    begun = [segment for segment in known if segment.wall_from <= stopped]
    standstill = Segment(stopped, ScaledTime(tuple(begun)).domain_at(stopped), 0.0)
    if begun and begun[-1].wall_from == stopped:
        begun.pop()
    return [*begun, standstill, Segment(now, standstill.domain_from, known[-1].factor)]


def segment_document(segment: Segment) -> dict[str, str | float]:
    """The segment as the file, the control interface and the journeys' signal spell it."""
    return {
        "wall_from": segment.wall_from.isoformat(),
        "domain_from": segment.domain_from.isoformat(),
        "factor": segment.factor,
    }


def _line(segment: Segment) -> str:
    return json.dumps(segment_document(segment)) + "\n"


def _segment(line: str) -> Segment:
    document = json.loads(line)
    return Segment(
        datetime.fromisoformat(document["wall_from"]),
        datetime.fromisoformat(document["domain_from"]),
        float(document["factor"]),
    )
