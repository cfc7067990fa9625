"""`stepwell simulate`: patients and staff of a small network act on the running platform, as fast as it can follow."""

import sys
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from stepwell_contracts.http.operations_network import Report
from stepwell_operations.cli import figure_tables
from stepwell_operations.cli.access import run_file
from stepwell_operations.cli.asking import run
from stepwell_operations.cli.whole import show
from stepwell_simulation.calibrate import show as show_shares
from stepwell_simulation.calibration import compare, marginals
from stepwell_simulation.living.outcomes import outcomes
from stepwell_simulation.living.run import Network, Standing
from stepwell_simulation.living.simulate import Cohort, Plan, simulate
from stepwell_simulation.living.summary import summary
from stepwell_simulation.platform import running_platform

#: How often a line is written where nobody watches a terminal, in days of the simulation.
LINE_EVERY_DAYS = 7

#: Of fewer patients the published shares tell nothing.
ENOUGH_PATIENTS = 30


def simulate_network(console: Console, plan: Plan, *, as_json: bool) -> None:
    """Live through the plan with its progress on standard error, then show what became of it."""

    async def live() -> tuple[Network, Report]:
        async with running_platform(run_file()) as platform:
            with Progress() as progress:
                lived = await simulate(platform, plan, progress.show)
            return lived, await summary(platform)

    lived, found = run(live(), as_json=as_json)
    if as_json:
        sys.stdout.write(f"{found.model_dump_json(indent=2)}\n")
    elif plan.patients:
        show(console, figure_tables.report(found))
        show(console, _entries(lived.standing()))
        if plan.cohort is Cohort.DRAWN and plan.patients >= ENOUGH_PATIENTS:
            show_shares(console, compare(marginals(outcomes(lived.courses))))


class Progress:
    """Where a run stands: drawn anew on a terminal, else a line a week."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._live = Live(console=self._console, transient=True, auto_refresh=False)
        self._told_on = -LINE_EVERY_DAYS

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def show(self, standing: Standing) -> None:
        """Show it."""
        if self._console.is_terminal:
            self._live.update(_table(standing), refresh=True)
        elif standing.day >= self._told_on + LINE_EVERY_DAYS:
            self._told_on = standing.day
            self._console.print(_line(standing), highlight=False)


def _line(standing: Standing) -> str:
    return (
        f"{standing.now:%Y-%m-%d}  day {standing.day}: {standing.referred} of {standing.patients} referred, "
        f"{standing.in_care} in care, {standing.ended} over, {standing.deeds} things done"
    )


def _entries(standing: Standing) -> str:
    share = 100 * standing.wrong_entries / max(standing.entries, 1)
    return (
        f"{standing.entries} entries about attendance and contact, {standing.wrong_entries} of them wrong at first "
        f"({share:.1f} %), {standing.corrected_entries} put right since"
    )


def _table(standing: Standing) -> Table:
    made = Table.grid(padding=(0, 2))
    for name, value in (
        ("domain time", f"{standing.now:%a %Y-%m-%d %H:%M} UTC, day {standing.day}"),
        ("patients", f"{standing.referred} of {standing.patients} referred"),
        ("in care", str(standing.in_care)),
        ("over", str(standing.ended)),
        ("things done", f"{standing.deeds}, {standing.refusals} refused by a rule"),
        ("wrong entries", f"{standing.wrong_entries} of {standing.entries}, {standing.corrected_entries} put right"),
    ):
        made.add_row(name, value)
    return made
