"""`stepwell`: the views of the console as tables or JSON, the import of referrals, and the demonstration."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import httpx2
import typer
from pydantic import BaseModel
from rich.console import Console, RenderableType

from stepwell_clients.operations import OperationsClient
from stepwell_kernel.codes import Phase, Role
from stepwell_kernel.errors import Kind, StepwellError
from stepwell_operations.cli import tables
from stepwell_operations.cli.access import operations_of, run_file
from stepwell_operations.cli.referral_file import Destination
from stepwell_operations.cli.referrals import run_import

PROBLEM = 1
NOT_REACHABLE = 3

#: Wide enough for a table when nobody's terminal says how wide it is.
PIPED_WIDTH = 160

HELP = """The state of a running Stepwell platform.

Exit codes: 0 all is well, 1 something is not, 2 wrong usage, 3 no platform could be reached.
"""

Found = TypeVar("Found", bound=BaseModel)
Answer = TypeVar("Answer")

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Tenant = Annotated[str, typer.Option(envvar="STEPWELL_TENANT", help="The organisation to look at.")]

OWN_TENANT = "riverbend"


def make_app() -> typer.Typer:
    """The command line."""
    app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    _add_views(app, console)
    _add_referrals(app, console)
    _add_demo(app, console)
    return app


def _add_views(app: typer.Typer, console: Console) -> None:
    @app.command()
    def status(*, json: Json = False, tenant: Tenant = OWN_TENANT) -> None:
        """Show the platform at a glance; exit code 1 unless every part is ready and nothing is parked."""
        found = _ask(tenant, OperationsClient.status)
        _show(console, found, tables.status, json=json)
        if found.parked_keys or not all(part.ready for part in found.parts):
            raise typer.Exit(PROBLEM)

    @app.command()
    def worklist(
        *,
        role: Annotated[Role | None, typer.Option(help="Only what waits for this role.")] = None,
        facility: Annotated[UUID | None, typer.Option(help="Only what waits at this facility.")] = None,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
    ) -> None:
        """List open crises and tasks, the earliest due first."""
        found = _ask(tenant, lambda operations: operations.worklist(role, facility))
        _show(console, found, tables.worklist, json=json)

    @app.command()
    def journeys(
        *,
        phase: Annotated[Phase | None, typer.Option(help="Only those in this phase.")] = None,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
    ) -> None:
        """List journeys, the latest changed first."""
        found = _ask(tenant, lambda operations: operations.journeys(phase))
        _show(console, found, tables.journeys, json=json)

    @app.command()
    def journey(
        episode_id: Annotated[UUID, typer.Argument(metavar="ID", help="The id of the episode.")],
        *,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
    ) -> None:
        """Show one journey with its tasks and timeline."""
        found = _ask(tenant, lambda operations: operations.journey(episode_id))
        _show(console, found, tables.journey, json=json)


def _add_referrals(app: typer.Typer, console: Console) -> None:
    referrals = typer.Typer(help="Referrals in files.", no_args_is_help=True)
    app.add_typer(referrals, name="referrals")

    @referrals.command("import")
    def import_file(
        file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to import.")],
        *,
        facility: Annotated[UUID, typer.Option(help="The facility that they go to.")],
        program: Annotated[UUID, typer.Option(help="The program of that facility.")],
        staff: Annotated[UUID | None, typer.Option("--as", help="The member of staff who receives them.")] = None,
        at_once: Annotated[int, typer.Option(min=1, max=64, help="How many are sent at a time.")] = 8,
    ) -> None:
        """Send referrals to intake: JSON lines, each a referral or a bundle of FHIR R4, or one bundle as a file.

        Run again after an interruption, it goes on where it stopped (FILE.done tells what is in). What is refused
        stands in FILE.refused.jsonl by line, code and field; the exit code is then 1.
        """
        outcome = _run(run_import(console, file, Destination(facility, program), staff, at_once=at_once))
        if outcome.refused:
            raise typer.Exit(PROBLEM)


def _add_demo(app: typer.Typer, console: Console) -> None:
    @app.command()
    def demo(
        *,
        day: Annotated[float, typer.Option(help="Seconds that a day of care lasts.")] = 2.0,
        only_network: Annotated[bool, typer.Option(help="Publish the facility and stop.")] = False,
    ) -> None:
        """Take one patient from referral to a closed episode on the running platform."""
        # The simulation is of no use to the other commands, and slow to load.
        from stepwell_operations.cli.demo import show_demo  # noqa: PLC0415
        from stepwell_simulation.platform import running_platform  # noqa: PLC0415

        async def run() -> None:
            async with running_platform(run_file()) as platform:
                await show_demo(console, platform, day, only_network=only_network)

        _run(run())


def _show(console: Console, found: Found, table: Callable[[Found], RenderableType], *, json: bool) -> None:
    if json:
        sys.stdout.write(f"{found.model_dump_json(indent=2)}\n")
    else:
        console.print(table(found), highlight=False)


def _ask(tenant: str, ask: Callable[[OperationsClient], Coroutine[Any, Any, Found]]) -> Found:
    async def run() -> Found:
        async with operations_of(run_file(), tenant) as operations:
            return await ask(operations)

    return _run(run())


def _run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Do it, or say in a sentence why not."""
    try:
        return asyncio.run(work)
    except StepwellError as error:
        sys.stderr.write(f"stepwell: {error.detail} ({error.code})\n")
        raise typer.Exit(NOT_REACHABLE if error.kind is Kind.UNAVAILABLE else PROBLEM) from error
    except (httpx2.HTTPError, OSError) as error:
        sys.stderr.write("stepwell: the platform does not answer\n")
        raise typer.Exit(NOT_REACHABLE) from error


def main() -> None:
    """Run the command line."""
    make_app()()


if __name__ == "__main__":
    main()
