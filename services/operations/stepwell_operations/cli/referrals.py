"""`stepwell referrals import`, with a bar that grows while it works."""

from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.progress import Progress

from stepwell_operations.cli.access import intake_of, run_file
from stepwell_operations.cli.referral_file import Destination, lines_of
from stepwell_operations.cli.referral_import import Outcome, import_referrals, report_of


async def run_import(console: Console, path: Path, to: Destination, staff_id: UUID | None, *, at_once: int) -> Outcome:
    """Import a file in the name of a member of staff, and say what became of it.

    Raises what stopped it.
    """
    async with intake_of(run_file(), staff_id) as intake:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task(path.name, total=sum(1 for _ in lines_of(path)))
            outcome = await import_referrals(intake, path, to, lambda: progress.advance(task), at_once=at_once)
    refused = f", {len(outcome.refused)} refused (see {report_of(path)})" if outcome.refused else ""
    console.print(
        f"{outcome.received} received, {outcome.known} were in before{refused}", highlight=False, soft_wrap=True
    )
    if outcome.stopped_by is not None:
        raise outcome.stopped_by
    return outcome
