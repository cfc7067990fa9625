"""`stepwell referrals import`, with a bar that grows while it works."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress

from stepwell_operations.cli.access import intake_of, run_file
from stepwell_operations.cli.asking import run
from stepwell_operations.cli.completion import facility_ids
from stepwell_operations.cli.exits import ExitCode
from stepwell_operations.cli.referral_file import Destination, lines_of
from stepwell_operations.cli.referral_import import Outcome, import_referrals


def add_referrals(app: typer.Typer, console: Console) -> None:
    """Add the commands about files of referrals."""
    referrals = typer.Typer(help="Referrals in files.", no_args_is_help=True)
    app.add_typer(referrals, name="referrals")

    @referrals.command("import")
    def import_file(
        file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to import.")],
        *,
        facility: Annotated[UUID, typer.Option(help="The facility that they go to.", autocompletion=facility_ids)],
        program: Annotated[UUID, typer.Option(help="The program of that facility.")],
        staff: Annotated[UUID | None, typer.Option("--as", help="The member of staff who receives them.")] = None,
        at_once: Annotated[int, typer.Option(min=1, max=64, help="How many are sent at a time.")] = 8,
    ) -> None:
        """Send referrals to intake: JSON lines, each a referral or a bundle of FHIR R4, or one bundle as a file.

        Run again after an interruption, it goes on where it stopped (FILE.done tells what is in). What is refused
        stands in FILE.refused.jsonl by line, code and field; the exit code is then 1.
        """
        outcome = run(run_import(console, file, Destination(facility, program), staff, at_once=at_once))
        if outcome.refused:
            raise typer.Exit(ExitCode.NOT_WELL)


async def run_import(console: Console, path: Path, to: Destination, staff_id: UUID | None, *, at_once: int) -> Outcome:
    """Import a file in the name of a member of staff, and say what became of it.

    Raises what stopped it.
    """
    async with intake_of(run_file(), staff_id) as intake:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task(path.name, total=sum(1 for _ in lines_of(path)))
            outcome = await import_referrals(intake, path, to, lambda: progress.advance(task), at_once=at_once)
    console.print(_told(outcome), highlight=False, soft_wrap=True)
    if outcome.stopped_by is not None:
        raise outcome.stopped_by
    return outcome


def _told(outcome: Outcome) -> str:
    refused = f", {len(outcome.refused)} refused" if outcome.refused else ""
    see = f" (see {outcome.report})" if outcome.report else ""
    return f"{outcome.received} received, {outcome.known} were in before{refused}{see}"
