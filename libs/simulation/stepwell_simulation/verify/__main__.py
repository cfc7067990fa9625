"""`python -m stepwell_simulation.verify`: whether anything is stuck, lost, doubled, out of order or in disagreement.

It reads databases, broker and workflows of a platform that runs on this machine, as one who can change nothing, and
asks no counter of the run. Exit status: 0 the run is clean, 1 it is not, 2 wrong usage, 3 no platform was reached.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from stepwell_kernel.errors import Unavailable
from stepwell_messaging.topics import load_topics
from stepwell_simulation.asked import wall_seconds_of_wait
from stepwell_simulation.verify.judging import Verdict, reach_verdict
from stepwell_simulation.verify.places import read_places
from stepwell_simulation.verify.report import as_document, as_table
from stepwell_simulation.verify.sources import take_evidence

CLEAN = 0
NOT_CLEAN = 1
NOT_REACHABLE = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Reach a verdict and tell it; the exit status."""
    arguments = _parser().parse_args(argv)
    home = Path(arguments.home or os.environ.get("STEPWELL_HOME") or ".stepwell")
    try:
        verdict = asyncio.run(_judge(home, every_type=arguments.events == "all", wait_s=arguments.wait))
    except Unavailable as error:
        sys.stderr.write(f"{error.detail}\n")
        return NOT_REACHABLE
    if arguments.json:
        sys.stdout.write(json.dumps(as_document(verdict), indent=2) + "\n")
    else:
        Console(highlight=False, soft_wrap=True).print(as_table(verdict))
    return NOT_CLEAN if verdict.findings else CLEAN


async def _judge(home: Path, *, every_type: bool, wait_s: float) -> Verdict:
    places = read_places(home)
    return await reach_verdict(lambda: take_evidence(places), load_topics(), every_type=every_type, wait_s=wait_s)


def _parser() -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m stepwell_simulation.verify", description=__doc__, formatter_class=formatter
    )
    parser.add_argument("--home", help="the platform's folder (STEPWELL_HOME, else .stepwell)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--events", choices=["all", "any"], default="any", help="whether every type of the registry must have occurred"
    )
    parser.add_argument(
        "--wait",
        type=wall_seconds_of_wait,
        default=30.0,
        metavar="S",
        help="seconds for what is on its way (default 30)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
