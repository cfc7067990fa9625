"""`stepwell`: the console's views as tables, and the demonstration.

Exit codes: 0 all is well, 1 something is wrong with what was asked about, 2 wrong usage, 3 no platform answers.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import BaseModel
from rich.console import Console

from stepwell_kernel.codes import Phase
from stepwell_kernel.errors import NotFound, StepwellError, Unavailable
from stepwell_operations.cli import tables
from stepwell_simulation.network import OPERATOR
from stepwell_simulation.platform import Person, RunningPlatform, running_platform

WRONG = 1
NOT_THERE = 3

Json = Annotated[bool, typer.Option("--json", help="print JSON instead of a table")]


def run_file() -> Path:
    """Where a platform says that it runs: below STEPWELL_HOME, else `.stepwell` in the working directory."""
    return Path(os.environ.get("STEPWELL_HOME") or ".stepwell") / "run.json"


def make_app() -> typer.Typer:
    """The command line."""
    app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
    console = Console()

    @app.command()
    def status(*, json: Json = False) -> None:
        """Show the platform at a glance."""
        found = _with_operator(lambda person: person.operations.status())
        _print(console, found, tables.status(found), json=json)
        if not all(part.ready for part in found.parts) or found.parked_keys:
            raise typer.Exit(WRONG)

    @app.command()
    def journeys(*, phase: Phase | None = None, json: Json = False) -> None:
        """List journeys, the latest changed first."""
        found = _with_operator(lambda person: person.operations.journeys(phase))
        _print(console, found, tables.journeys(found), json=json)

    @app.command()
    def journey(episode: UUID, *, json: Json = False) -> None:
        """Show one journey with its timeline."""
        found = _with_operator(lambda person: person.operations.journey(episode))
        _print(console, found, tables.journey(found), json=json)

    @app.command()
    def demo(
        *,
        day: Annotated[float, typer.Option(help="seconds that a day of care lasts")] = 2.0,
        only_network: Annotated[bool, typer.Option(help="publish the facility and stop")] = False,
    ) -> None:
        """Take one patient from referral to a closed episode on the running platform."""
        from stepwell_operations.cli.demo import show_demo  # noqa: PLC0415  not needed by the other commands

        _on_platform(lambda platform: show_demo(console, platform, day, only_network=only_network))

    return app


def _print(console: Console, found: BaseModel, shown: Any, *, json: bool) -> None:
    if json:
        console.print_json(found.model_dump_json())
    else:
        console.print(shown)


def _with_operator(ask: Callable[[Person], Coroutine[Any, Any, Any]]) -> Any:
    async def asked(platform: RunningPlatform) -> Any:
        return await ask(await platform.person(OPERATOR))

    return _on_platform(asked)


def _on_platform(use: Callable[[RunningPlatform], Coroutine[Any, Any, Any]]) -> Any:
    async def run() -> Any:
        async with running_platform(run_file()) as platform:
            return await use(platform)

    try:
        return asyncio.run(run())
    except NotFound as error:
        sys.stderr.write(f"{error.detail}\n")
        raise typer.Exit(WRONG) from error
    except (Unavailable, OSError) as error:
        sys.stderr.write(f"{getattr(error, 'detail', 'the platform does not answer')}\n")
        raise typer.Exit(NOT_THERE) from error
    except StepwellError as error:
        sys.stderr.write(f"{error.detail} ({error.code})\n")
        raise typer.Exit(WRONG) from error


def main() -> None:
    """Run the command line."""
    make_app()()


if __name__ == "__main__":
    main()
