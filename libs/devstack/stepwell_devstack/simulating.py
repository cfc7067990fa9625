"""The simulated network as a part of the local platform: a process that knows the services by their APIs only."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from stepwell_devstack.clock_file import ClockFile
from stepwell_devstack.home import Home
from stepwell_devstack.processes import last_words, start_child
from stepwell_devstack.progress import DAY, ConsoleProgress
from stepwell_devstack.supervisor import Part
from stepwell_simulation.living.clock import PRESENT

SIMULATION = "simulation"

#: So much history is lived through at the first start.
PAST = timedelta(days=28)

#: A seed by which one of the first patients of Riverbend steps down as the past ends, if the machine keeps up with it.
SHOWN = 185

LOOK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Simulated:
    """A standing network: about so many patients in care, of which seed, and how many wall seconds a day lasts."""

    patients: int = 16
    seed: int = SHOWN
    day_s: float = 120.0

    def at_work(self, past: timedelta) -> str:
        """What it is about to do while its clock lies back so far."""
        if past <= PRESENT:
            return f"A network of three facilities is at work; a day lasts {self.day_s:g} s."
        return (
            f"A network of three facilities is at work. Its clock lies {past / DAY:.0f} days back: they are lived\n"
            f"through first, as fast as this machine can; then a day lasts {self.day_s:g} s."
        )


@asynccontextmanager
async def telling_of_arrival(clock: ClockFile, progress: ConsoleProgress) -> AsyncIterator[None]:
    """During the block, tell when a network whose clock lies back has caught up with the present."""
    telling = asyncio.create_task(_tell_of_arrival(clock, clock.lies_back(), progress), name="arrival")
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _tell_of_arrival(clock: ClockFile, past: timedelta, progress: ConsoleProgress) -> None:
    begun = time.monotonic()
    if past <= PRESENT:
        return
    while clock.lies_back() > PRESENT:
        await asyncio.sleep(LOOK_EVERY_S)
    progress.lived_through(SIMULATION, past, time.monotonic() - begun)


def simulation_part(home: Home, simulated: Simulated, needs: tuple[str, ...]) -> Part:
    """The part; nobody calls it, so it is ready as soon as it lives."""
    log = home.logs / f"{SIMULATION}.log"
    command = [
        *(sys.executable, "-m", "stepwell_simulation.standing"),
        *("--run-file", str(home.run_file), "--begun", str(home.data / "simulation.json")),
        *("--patients", str(simulated.patients), "--seed", str(simulated.seed), "--day", str(simulated.day_s)),
    ]

    async def is_ready() -> bool:
        return True

    return Part(
        SIMULATION,
        f"{simulated.patients} patients",
        lambda: start_child(command, log),
        is_ready,
        needs=needs,
        last_words=lambda: last_words(log),
    )
