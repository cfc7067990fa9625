"""`make demo`: a fresh platform, a cohort that lives on it, a table of what became of it, and the verdict."""

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from stepwell_devstack.home import Home, supervisor_of
from stepwell_devstack.platform import Platform
from stepwell_devstack.progress import ConsoleProgress
from stepwell_kernel.errors import Conflict
from stepwell_simulation.asked import Ends

#: A Monday morning; in the first week the clocks go forward.
BEGINS_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)

#: How long the platform may take to finish what is under way when the last patient has left, in wall seconds.
SETTLES_WITHIN_S = "120"


@dataclass(frozen=True, slots=True)
class Demo:
    """How many patients of which seed, how many wall seconds the shortest day lasts, and when it is over."""

    patients: int
    seed: int
    day_s: float
    until: Ends


async def run_demo(home: Home, demo: Demo) -> int:
    """Run it in this home, which is emptied before; the exit status: 0 only when the verdict is clean.

    Raises Conflict (`platform_already_runs`).
    """
    if supervisor_of(home) is not None:
        raise Conflict("platform_already_runs", f"a platform runs in {home.folder}; `make stop` ends it")
    shutil.rmtree(home.folder, ignore_errors=True)
    progress = ConsoleProgress()
    platform = Platform(home, usual_ports=False, begins_at=BEGINS_AT)
    async with platform.running(progress):
        progress.say(f"\n  console    {platform.urls['console']}\n  mailbox    {platform.urls['mailbox']}\n")
        simulated = await _run(
            home,
            "stepwell_operations.cli.main",
            *("simulate", "--patients", str(demo.patients), "--seed", str(demo.seed)),
            *("--day", str(demo.day_s), "--until", demo.until),
        )
        verdict = await _run(
            home,
            "stepwell_simulation.verify",
            *("--home", str(home.folder), "--events", "all", "--wait", SETTLES_WITHIN_S),
        )
    return simulated or verdict


async def _run(home: Home, module: str, *arguments: str) -> int:
    """Run a program on the platform with this terminal; its exit status."""
    environment = os.environ | {"STEPWELL_HOME": str(home.folder)}
    command: Sequence[str] = (sys.executable, "-m", module, *arguments)
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
