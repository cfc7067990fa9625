"""`stepwell status`: the platform at a glance, once or for as long as somebody watches."""

from contextlib import suppress
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from stepwell_kernel.errors import StepwellError
from stepwell_operations.cli.access import OWN_TENANT, Asker, operations_of, run_file
from stepwell_operations.cli.asking import run, view
from stepwell_operations.cli.exits import ExitCode, exit_code
from stepwell_operations.cli.options import Json, Staff, Tenant
from stepwell_operations.cli.overview import Overview, overview, watch
from stepwell_operations.cli.status_tables import status as status_tables
from stepwell_operations.cli.whole import Broken

#: A watch that looks less than once a day is a mistake.
LONGEST_S = 86_400.0


class Picture:
    """What a watcher sees: what was found last, and below it why there is nothing newer."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._last: Overview | None = None
        self.code = ExitCode.OK

    def draw(self, found: Overview | StepwellError) -> None:
        """Draw what was found, or keep the last picture and say what went wrong."""
        problem: list[Text] = []
        if isinstance(found, StepwellError):
            self.code = exit_code(found)
            problem.append(Text(f"{found.detail} ({found.code})", "bold red"))
        else:
            self._last = found
            self.code = code_of(found)
        last = [status_tables(self._last)] if self._last else []
        self._live.update(Broken(Group(*last, *problem)), refresh=True)


def code_of(found: Overview) -> ExitCode:
    """The exit code that says how the platform is."""
    return ExitCode.OK if found.is_well else ExitCode.NOT_WELL


def add_status(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command()
    def status(
        *,
        watching: Annotated[bool, typer.Option("--watch", help="Draw it again until Ctrl-C.")] = False,
        every: Annotated[
            float, typer.Option(min=0.1, max=LONGEST_S, help="Seconds between two looks of --watch.")
        ] = 2.0,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
        staff: Staff = None,
    ) -> None:
        """Show the platform at a glance; exit code 1 unless every part is ready and nothing is parked.

        Processes with their outboxes and last starts, consumers that are behind, parked keys.
        """
        asker = Asker(tenant, staff)
        if not watching:
            raise typer.Exit(code_of(view(console, asker, overview, status_tables, as_json=json)))
        if json or not console.is_terminal:
            raise typer.BadParameter("it draws on a terminal; scripts call again without it", param_hint="--watch")
        raise typer.Exit(_watch(console, asker, every))


def _watch(console: Console, asker: Asker, every_s: float) -> ExitCode:
    """Draw until Ctrl-C, which is how watching ends; the code tells how things stood then."""
    with Live(console=console, auto_refresh=False) as live:
        picture = Picture(live)

        async def draw() -> None:
            async with operations_of(run_file(), asker) as operations:
                await watch(operations, picture.draw, every_s)

        with suppress(KeyboardInterrupt):
            run(draw())
    return picture.code
