"""What a person sees of the platform: a line whenever a part is ready or has died."""

import sys
import time
from datetime import timedelta
from typing import TextIO

from stepwell_devstack.supervisor import PartState, Stage, how_it_ended

DAY = timedelta(days=1)
_NAME_WIDTH = 18


class ConsoleProgress:
    """Writes a line to the terminal whenever something happened that a person wants to know."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self._begun = time.monotonic()

    def say(self, text: str) -> None:
        """A line of its own."""
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def part_changed(self, name: str, state: PartState) -> None:
        """A line when a part is ready and when it died; what lies between is not worth one."""
        if state.stage is Stage.READY:
            again = f", start {state.restarts + 1}" if state.restarts else ""
            self._line("ready", name, f"{state.address}{again}")
        elif state.stage is Stage.RESTARTING and state.pid is None:
            how = f"{how_it_ended(state.ended_with)}, " if state.ended_with is not None else ""
            self._line("died", name, f"{how}starting it again")

    def step_done(self, name: str, seconds: float) -> None:
        """A line when a step is done."""
        self._line("done", name, f"{seconds:.1f} s")

    def lived_through(self, name: str, past: timedelta, seconds: float) -> None:
        """A line when so much domain time is lived through, and the clock shows the present."""
        self._line("done", name, f"{past / DAY:.0f} days lived through in {seconds:.0f} s")

    def _line(self, event: str, name: str, detail: str) -> None:
        elapsed = time.monotonic() - self._begun
        self.say(f"{elapsed:7.1f} s  {event:<6} {name:<{_NAME_WIDTH}} {detail}")
