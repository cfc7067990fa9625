"""`python -m stepwell_devstack`: run, demo, stop, clean, migrate, status; and the process of issuer and mailbox."""

import argparse
import asyncio
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stepwell_devstack.home import Home, supervisor_of, usual_home
from stepwell_devstack.progress import ConsoleProgress
from stepwell_kernel.errors import StepwellError
from stepwell_simulation.asked import Ends, patients, patients_of_strata, wall_seconds_of_day

if TYPE_CHECKING:
    from stepwell_devstack.simulating import Simulated

STOP_WITHIN_S = 30.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status, 2 for wrong usage before anything is started or emptied."""
    arguments = _asked(argv)
    home = Home(Path(arguments.home).resolve()) if arguments.home else usual_home()
    try:
        match arguments.command:
            case "run":
                return asyncio.run(_run(home, arguments))
            case "demo":
                return asyncio.run(_demo(home, arguments))
            case "stop":
                return _stop(home)
            case "clean":
                return _clean(home)
            case "migrate":
                return asyncio.run(_migrate(home))
            case "status":
                return _status(home)
            case _:
                asyncio.run(_serve_issuer_and_mailbox(home, arguments))
                return 0
    except StepwellError as error:
        sys.stderr.write(f"{error.detail}\n")
        return 1


def _asked(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.patients is not None:
        read = patients_of_strata if arguments.command == "demo" else patients
        try:
            arguments.patients = read(arguments.patients)
        except argparse.ArgumentTypeError as error:
            parser.error(f"argument --patients: {error}")
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stepwell_devstack", description=__doc__)
    parser.add_argument("command", choices=["run", "demo", "stop", "clean", "migrate", "status", "platform"])
    parser.add_argument("--home", help="the platform's folder (STEPWELL_HOME, else .stepwell)")
    parser.add_argument("--patients", help="how many are simulated; 0 runs a platform without a network")
    parser.add_argument("--seed", type=int, help="another seed, other patients")
    parser.add_argument(
        "--day", type=wall_seconds_of_day, help="how long a day of the simulation lasts, in wall seconds (0.5s, 120)"
    )
    parser.add_argument(
        "--until", choices=[end.value for end in Ends], default=Ends.AFTERCARE_30.value, help="when a demo is over"
    )
    for port in ("issuer", "mailbox", "smtp", "notifications"):
        parser.add_argument(f"--{port}", type=int, default=0, help=argparse.SUPPRESS)
    return parser


async def _demo(home: Home, arguments: argparse.Namespace) -> int:
    from stepwell_devstack.demo import Demo, run_demo

    patients = 8 if arguments.patients is None else arguments.patients
    seed = 1 if arguments.seed is None else arguments.seed
    day_s = 0.5 if arguments.day is None else arguments.day
    return await run_demo(home, Demo(patients, seed, day_s, Ends(arguments.until)))


def _simulated(arguments: argparse.Namespace) -> "Simulated | None":
    from stepwell_devstack.simulating import Simulated

    usual = Simulated()
    patients = usual.patients if arguments.patients is None else arguments.patients
    seed = usual.seed if arguments.seed is None else arguments.seed
    day_s = usual.day_s if arguments.day is None else arguments.day
    return Simulated(patients, seed, day_s) if patients else None


async def _run(home: Home, arguments: argparse.Namespace) -> int:
    from stepwell_devstack.platform import Platform
    from stepwell_devstack.simulating import PAST, telling_of_arrival

    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    progress = ConsoleProgress()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    simulated = _simulated(arguments)
    begins_at = datetime.now(UTC) - PAST if simulated else None
    platform = Platform(home, simulated=simulated, begins_at=begins_at)
    async with platform.running(progress):
        urls = platform.urls
        progress.say("")
        progress.say(f"  console    {urls['console']}")
        progress.say(f"  mailbox    {urls['mailbox']}   every message that was sent")
        progress.say(f"  workflows  {urls['temporal_ui']}")
        if simulated is not None:
            progress.say(f"\n{simulated.at_work(platform.clock_file.lies_back())}")
        progress.say("\nCtrl-C stops everything. In another terminal: .venv/bin/stepwell status")
        async with telling_of_arrival(platform.clock_file, progress) if simulated else nullcontext():
            await stopping.wait()
        progress.say("\nstopping")
    return 0


async def _migrate(home: Home) -> int:
    """Migrate a running platform's databases, or start just PostgreSQL for it."""
    from stepwell_devstack.platform import Platform

    run = home.read_run_file() if supervisor_of(home) is not None else None
    platform = Platform(home)
    if run is None:
        async with platform.postgres_alone():
            await platform.prepare_schema()
    else:
        await platform.prepare_schema_at(run["addresses"]["postgres"])
    sys.stdout.write("the databases have the newest schema\n")
    return 0


def _stop(home: Home) -> int:
    pid = supervisor_of(home)
    if pid is None:
        sys.stdout.write("no platform runs here\n")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN_S
    while supervisor_of(home) is not None:
        if time.monotonic() > deadline:
            sys.stderr.write(f"process {pid} did not stop within {STOP_WITHIN_S:.0f} s\n")
            return 1
        time.sleep(0.1)
    sys.stdout.write("stopped\n")
    return 0


def _clean(home: Home) -> int:
    pid = supervisor_of(home)
    if pid is not None:
        sys.stderr.write(f"a platform runs here (process {pid}); `make stop` ends it\n")
        return 1
    shutil.rmtree(home.folder, ignore_errors=True)
    return 0


def _status(home: Home) -> int:
    run = home.read_run_file() if supervisor_of(home) is not None else None
    if run is None:
        sys.stdout.write("no platform runs here\n")
        return 1
    for name, part in run["parts"].items():
        sys.stdout.write(f"{name:<18} {part['state']:<10} {part['address']}\n")
    return 0


async def _serve_issuer_and_mailbox(home: Home, arguments: argparse.Namespace) -> None:
    from stepwell_devstack.issuer_and_mailbox import Ports, serve_until_told

    ports = Ports(arguments.issuer, arguments.mailbox, arguments.smtp, arguments.notifications)
    await serve_until_told(home.secrets, home.mailbox_file, ports)


if __name__ == "__main__":
    sys.exit(main())
