"""`python -m stepwell_simulation.calibrate`: months of a cohort without services, and how they compare with what is
published.

Exit codes: 0 all figures within their intervals, 1 one outside, 2 wrong usage.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table
from rich.text import Text

from stepwell_simulation.asked import patients
from stepwell_simulation.calibration import Row, compare, is_calibrated, marginals
from stepwell_simulation.cohort import draw_patients
from stepwell_simulation.pure.run import Lived, live_all

#: Enough that patients live 100,000 days between referral and discharge.
PATIENTS = 3_400
SEED = 1

PIPED_WIDTH = 160

#: A Monday; nothing in a course depends on the year.
BEGUN_ON = date(2026, 3, 2)

STATED = (
    "may lie in: an interval of 99 % for the table as a whole, from the size of the sample (binomial; sessions by the "
    "spread between patients), widened by what the published figure was rounded"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took: patient-days between referral and discharge, those of aftercare, decisions of journeys, seconds
    of one core.
    """

    patients: int
    seed: int
    patient_days: int
    aftercare_days: int
    decisions: int
    seconds: float


def main(argv: Sequence[str] | None = None) -> int:
    """Run the pure simulator, show the comparison, and return the exit code."""
    asked = _parser().parse_args(argv)
    lived, seconds = _live(asked.patients, asked.seed)
    rows = compare(marginals([one.outcome for one in lived]))
    cost = Cost(
        patients=asked.patients,
        seed=asked.seed,
        patient_days=round(sum(one.care_days for one in lived)),
        aftercare_days=round(sum(one.aftercare_days for one in lived)),
        decisions=sum(one.decisions for one in lived),
        seconds=round(seconds, 1),
    )
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    if asked.json:
        console.print_json(json.dumps({**asdict(cost), "figures": [asdict(row) for row in rows]}))
    else:
        show(console, rows)
        _show_cost(console, cost, lived)
    return 0 if is_calibrated(rows) else 1


def show(console: Console, rows: Sequence[Row]) -> None:
    """The comparison as a table."""
    table = Table(Column("figure", no_wrap=True), box=None, pad_edge=False)
    for heading in ("published", "here", "difference", "may lie in", "of"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for row in rows:
        table.add_row(
            row.figure,
            f"{row.published:.1f} {row.unit}",
            "-" if row.here is None else f"{row.here:.1f} {row.unit}",
            "-" if row.difference is None else f"{row.difference:+.1f}",
            "-" if row.interval is None else f"{row.interval[0]:.1f} to {row.interval[1]:.1f}",
            f"{row.size:,}",
            _verdict(row.is_within),
        )
    console.print(table)
    console.print(STATED)


def _verdict(is_within: bool | None) -> Text:
    if is_within is None:
        return Text("too few", "dim")
    return Text("within", "green") if is_within else Text("outside", "bold red")


def _show_cost(console: Console, cost: Cost, lived: Sequence[Lived]) -> None:
    wrong = sum(one.wrong_entries for one in lived) / max(sum(one.entries for one in lived), 1)
    overdue = sum(one.left_overdue for one in lived) / max(sum(sum(one.tasks.values()) for one in lived), 1)
    console.print(f"{100 * wrong:.1f} % of entries were wrong at first, {100 * overdue:.1f} % of tasks left overdue")
    console.print(
        f"{cost.patient_days:,} patient-days in {cost.seconds:.1f} s on one core, "
        f"and {cost.aftercare_days:,} days of aftercare; {cost.decisions:,} decisions"
    )


def _live(patients: int, seed: int) -> tuple[list[Lived], float]:
    """All courses, and the seconds that one core took for them."""
    profiles = draw_patients(seed, patients, BEGUN_ON)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        begun = time.process_time()
        lived = list(progress.track(live_all(profiles, BEGUN_ON), total=patients, description="patients"))
        return lived, time.process_time() - begun


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stepwell_simulation.calibrate", description=__doc__)
    parser.add_argument("--patients", type=_positive, default=PATIENTS, help=f"so many are referred ({PATIENTS})")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed has the same patients")
    parser.add_argument("--json", action="store_true", help="the table as JSON")
    return parser


def _positive(text: str) -> int:
    number = patients(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one patient")
    return number


if __name__ == "__main__":
    sys.exit(main())
