"""What the shell offers after Tab: ids of facilities, asked of the running platform."""

import asyncio

import httpx2
import typer

from stepwell_kernel.errors import StepwellError
from stepwell_operations.cli.access import Asker, operations_of, run_file

#: Longer than this nobody waits for a suggestion.
DEADLINE_S = 1.0


def facility_ids(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Facilities by id, each with its neutral name; none, and no word, where they cannot be told in time."""
    try:
        return asyncio.run(_facilities(Asker.of_parameters(context.params), incomplete))
    except (StepwellError, httpx2.HTTPError, OSError, TimeoutError):
        return []


async def _facilities(asker: Asker, incomplete: str) -> list[tuple[str, str]]:
    async with asyncio.timeout(DEADLINE_S), operations_of(run_file(), asker) as operations:
        found = await operations.facilities()
    named = ((str(facility.facility_id), facility.neutral_name) for facility in found.facilities)
    return [(identifier, name) for identifier, name in named if identifier.startswith(incomplete)]
