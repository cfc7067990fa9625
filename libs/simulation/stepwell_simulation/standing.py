"""`python -m stepwell_simulation.standing`: the network that lives on a local platform for as long as that runs.

At the first start the clock stands some weeks back: these are lived through at once, so that there is something to see.
Started again, it goes on with the same patients, because their commands have the same keys in every run, for as long as
services keep the answers. After that new patients come, and the former ones are left to whoever looks after them.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import signal
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stepwell_simulation.asked import patients_of_standing_network, wall_seconds_of_day
from stepwell_simulation.living.run import Standing, Until
from stepwell_simulation.living.simulate import Cohort, Plan, simulate
from stepwell_simulation.platform import RunningPlatform, running_platform

#: Services keep answers for seven days of machine time; a referral that is sent again after that is another one.
TAKEN_UP_WITHIN = timedelta(days=6)

logger = logging.getLogger(__name__)


def main() -> None:
    """Live until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m stepwell_simulation.standing", description=__doc__)
    parser.add_argument("--run-file", type=Path, required=True, help="where the platform says how to reach it")
    parser.add_argument("--begun", type=Path, required=True, help="where this run keeps when it began")
    parser.add_argument(
        "--patients", type=patients_of_standing_network, default=16, help="about so many are in care at a time"
    )
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
    """When the run that is taken up began, in domain time; this one does, where there is none or it is too old."""
    if begun.exists():
        kept = json.loads(begun.read_text(encoding="utf-8"))
        if datetime.now(UTC) - datetime.fromisoformat(kept["wall"]) < TAKEN_UP_WITHIN:
            return datetime.fromisoformat(kept["begun_at"])
    now = await platform.now()
    kept = {"begun_at": now.isoformat(), "wall": datetime.now(UTC).isoformat()}
    begun.write_text(json.dumps(kept) + "\n", encoding="utf-8")
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
