"""`stepwell simulate`, `calibrate` and `verify`: the simulated network, and the programs that judge it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any

import typer
from rich.console import Console

from stepwell_operations.cli.options import Json

#: A faster clock leaves nobody the time to do anything; a slower one is the wall's.
MOST_HASTY_DAY_S = 0.1
LONGEST_DAY_S = 86_400.0

#: Options and help are those of the program.
HANDED_ON: Mapping[str, Any] = MappingProxyType({"allow_extra_args": True, "ignore_unknown_options": True})


class Ends(StrEnum):
    """When a simulation is over: thirty days after the first courses, or when every episode is closed, returns too."""

    AFTERCARE_30 = "aftercare-30"
    CLOSED = "closed"


def wall_seconds(text: str) -> float:
    """The wall seconds that `0.5s` or `2` tell."""
    try:
        seconds = float(text.strip().removesuffix("s"))
    except ValueError as error:
        raise typer.BadParameter("a number of seconds, such as 0.5s") from error
    if not MOST_HASTY_DAY_S <= seconds <= LONGEST_DAY_S:
        raise typer.BadParameter(f"between {MOST_HASTY_DAY_S} and {LONGEST_DAY_S:.0f} seconds")
    return seconds


def add_simulation(app: typer.Typer, console: Console) -> None:
    """Add the commands. The simulation is of no use to the other ones, and slow to load."""

    @app.command()
    def simulate(
        *,
        patients: Annotated[int, typer.Option(min=0, help="How many; 0 opens the facilities and stops.")] = 8,
        seed: Annotated[int, typer.Option(help="Another seed, other patients.")] = 1,
        day: Annotated[str, typer.Option(help="How long a day lasts at least, in wall seconds.")] = "0.5s",
        until: Annotated[
            Ends, typer.Option(help="Over 30 days after first courses, or when all is closed.")
        ] = Ends.AFTERCARE_30,
        drawn: Annotated[bool, typer.Option(help="Draw all patients; else every course is among them.")] = False,
        json: Json = False,
    ) -> None:
        """Let patients and staff act on the running platform, and show what became of them."""
        from stepwell_operations.cli.living import simulate_network  # noqa: PLC0415
        from stepwell_simulation.living.run import Until  # noqa: PLC0415
        from stepwell_simulation.living.simulate import Cohort, Plan  # noqa: PLC0415

        cohort = Cohort.DRAWN if drawn else Cohort.STRATIFIED
        plan = Plan(patients, seed, wall_seconds(day), Until(until), cohort)
        simulate_network(console, plan, as_json=json)

    @app.command(context_settings=dict(HANDED_ON), add_help_option=False)
    def calibrate(context: typer.Context) -> None:
        """Compare what became of simulated patients with what is published; --help tells more."""
        from stepwell_simulation.calibrate import main  # noqa: PLC0415

        raise typer.Exit(main(context.args))

    @app.command(context_settings=dict(HANDED_ON), add_help_option=False)
    def verify(context: typer.Context) -> None:
        """Judge a platform by its broker, databases and workflows; --help tells more."""
        from stepwell_simulation.verify.__main__ import main  # noqa: PLC0415

        raise typer.Exit(main(context.args))
