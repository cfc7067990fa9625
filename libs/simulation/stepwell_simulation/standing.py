"""`python -m stepwell_simulation.standing`: the network that lives on a local platform for as long as that runs.

At the first start the clock stands some weeks back: these are lived through at once, so that there is something to see.
Started again, it goes on with the same patients, however long ago that was: domain time stood still meanwhile, and a
referral that is sent again under the same key gets the answer of the first time, which services keep with their data.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import signal
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from stepwell_simulation.asked import patients, wall_seconds_of_day
from stepwell_simulation.living.run import Standing, Until
from stepwell_simulation.living.simulate import Cohort, Plan, simulate
from stepwell_simulation.platform import RunningPlatform, running_platform

logger = logging.getLogger(__name__)


def main() -> None:
    """Live until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m stepwell_simulation.standing", description=__doc__)
    parser.add_argument("--run-file", type=Path, required=True, help="where the platform says how to reach it")
    parser.add_argument("--begun", type=Path, required=True, help="where this run keeps when it began")
    parser.add_argument("--patients", type=patients, default=16, help="about so many are in care at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--day", type=wall_seconds_of_day, default=120.0, help="wall seconds that a day lasts, once the past is over"
    )
    asked = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logger.setLevel(logging.INFO)
    plan = Plan(asked.patients, asked.seed, asked.day, Until.STOPPED, Cohort.STANDING)
    asyncio.run(_until_told(_live(asked.run_file, asked.begun, plan)))


async def _until_told(living: Coroutine[None, None, None]) -> None:
    task = asyncio.create_task(living)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _live(run_file: Path, begun: Path, plan: Plan) -> None:
    async with running_platform(run_file) as platform:
        known = await _begun_at(platform, begun)
        await simulate(platform, replace(plan, begun_at=known), _note)


async def _begun_at(platform: RunningPlatform, begun: Path) -> datetime:
    """When the run that is taken up began, in domain time; where there is none, this one does."""
    if begun.exists():
        return datetime.fromisoformat(json.loads(begun.read_text(encoding="utf-8"))["begun_at"])
    now = await platform.now()
    begun.write_text(json.dumps({"begun_at": now.isoformat()}) + "\n", encoding="utf-8")
    return now


def _note(standing: Standing) -> None:
    logger.info(
        "day %d: %d referred, %d in care, %d ended, %d deeds, %d refused, %d of %d entries wrong, %d put right",
        standing.day,
        standing.referred,
        standing.in_care,
        standing.ended,
        standing.deeds,
        standing.refusals,
        standing.wrong_entries,
        standing.entries,
        standing.corrected_entries,
    )


if __name__ == "__main__":
    main()
