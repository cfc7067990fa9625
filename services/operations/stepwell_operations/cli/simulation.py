"""`stepwell simulate`, `calibrate` and `verify`: the simulated network, and the programs that judge it."""

from argparse import ArgumentTypeError
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import typer
from rich.console import Console

from stepwell_operations.cli.options import Json
from stepwell_simulation.asked import FEWEST_STRATIFIED, Ends, wall_seconds_of_day

#: Options and help are those of the program.
HANDED_ON: Mapping[str, Any] = MappingProxyType({"allow_extra_args": True, "ignore_unknown_options": True})


def wall_seconds(text: str) -> float:
    """The wall seconds that `0.5s` or `2` tell."""
    try:
        return wall_seconds_of_day(text)
    except ArgumentTypeError as error:
        raise typer.BadParameter(str(error), param_hint="--day") from error


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
        day_s = wall_seconds(day)
        if not drawn and 0 < patients < FEWEST_STRATIFIED:
            fewest = f"every course is among them from {FEWEST_STRATIFIED} patients on; fewer are --drawn"
            raise typer.BadParameter(fewest, param_hint="--patients")
        from stepwell_operations.cli.living import simulate_network  # noqa: PLC0415
        from stepwell_simulation.living.run import Until  # noqa: PLC0415
        from stepwell_simulation.living.simulate import Cohort, Plan  # noqa: PLC0415

        cohort = Cohort.DRAWN if drawn else Cohort.STRATIFIED
        plan = Plan(patients, seed, day_s, Until(until), cohort)
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
