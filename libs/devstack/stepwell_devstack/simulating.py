"""The simulated network as a part of the local platform: a process that knows the services by their APIs only."""

import sys
from dataclasses import dataclass
from datetime import timedelta

from stepwell_devstack.home import Home
from stepwell_devstack.processes import last_words, start_child
from stepwell_devstack.supervisor import Part

SIMULATION = "simulation"

#: So much history is lived through at the first start.
PAST = timedelta(days=28)

#: A seed by which one of the first patients of Riverbend steps down as the past ends, if the machine keeps up with it.
SHOWN = 185


@dataclass(frozen=True, slots=True)
class Simulated:
    """A standing network: about so many patients in care, of which seed, and how many wall seconds a day lasts."""

    patients: int = 16
    seed: int = SHOWN
    day_s: float = 120.0


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
