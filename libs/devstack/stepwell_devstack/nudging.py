"""Tells the open journeys that the scaled clock has other segments, so that they set their timers anew."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stepwell_devstack.clock_file import ClockFile, machine_now
from stepwell_devstack.environment import TEMPORAL_NAMESPACE
from stepwell_kernel.clock import Segment
from stepwell_kernel.errors import Unavailable

if TYPE_CHECKING:
    from temporalio.client import Client

_AT_ONCE = 16
_RETRY_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Nudger:
    """Signals all journeys that are open when the clock changes, and those that open just then."""

    def __init__(self, temporal: str, keys_file: Path, clock_file: ClockFile) -> None:
        self._temporal = temporal
        self._keys_file = keys_file
        self._clock_file = clock_file
        self._later: set[asyncio.Task[None]] = set()

    async def nudge(self, segment: Segment) -> int:
        """Tell the open journeys of the new segment; how many were told by now.

        A journey that starts before every process has read the file does so with the old segments: another
        round, when the segment begins, reaches it and repeats what failed in this one.
        """
        told: set[str] = set()
        try:
            await self.tell_all(told)
        except Unavailable:
            _log.warning("journeys_not_nudged", exc_info=True)
        task = asyncio.create_task(self._tell_late_ones(segment, told), name="nudge late journeys")
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return len(told)

    async def tell_all(self, told: set[str]) -> None:
        """Tell every open journey that is not in `told`; Unavailable when Temporal is away."""
        segments = self._clock_file.segments()
        await tell_open_journeys(self._temporal, self._keys_file, segments, told)

    async def close(self) -> None:
        """Give up what is still to be told: the next start of the platform tells every journey."""
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    async def _tell_late_ones(self, segment: Segment, told: set[str]) -> None:
        await asyncio.sleep(max(0.0, (segment.wall_from - machine_now()).total_seconds()))
        while True:
            try:
                await self.tell_all(told)
            except Unavailable:
                _log.warning("journeys_not_nudged", exc_info=True)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return


async def tell_open_journeys(temporal: str, keys_file: Path, segments: Sequence[Segment], told: set[str]) -> None:
    """Signal the segments to each open journey whose workflow id is not in `told`, and add it there.

    Raises Unavailable (`temporal_away`) when not all could be told.
    """
    from temporalio.exceptions import TemporalError

    from stepwell_runtime.keys import FileKeys
    from stepwell_temporal.client import connect

    try:
        client = await connect(temporal, TEMPORAL_NAMESPACE, FileKeys(keys_file))
        await _signal_each(client, segments, told)
    except (TemporalError, RuntimeError, OSError) as error:
        raise Unavailable("temporal_away", "not all journeys could be told of the clock") from error


async def _signal_each(client: "Client", segments: Sequence[Segment], told: set[str]) -> None:
    from temporalio.service import RPCError, RPCStatusCode

    from stepwell_contracts.journey import CALENDAR_WORKFLOW_NAME, CLOCK_SIGNAL, WORKFLOW_NAME, ClockSegment

    document = tuple(
        ClockSegment(wall_from=one.wall_from, domain_from=one.domain_from, factor=one.factor) for one in segments
    )
    gate = asyncio.Semaphore(_AT_ONCE)

    async def signal(workflow_id: str) -> None:
        async with gate:
            try:
                await client.get_workflow_handle(workflow_id).signal(CLOCK_SIGNAL, document)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:  # one that closed meanwhile needs no telling
                    raise
        told.add(workflow_id)

    query = f"WorkflowType in ('{WORKFLOW_NAME}', '{CALENDAR_WORKFLOW_NAME}') AND ExecutionStatus = 'Running'"
    open_ones = [workflow.id async for workflow in client.list_workflows(query) if workflow.id not in told]
    await asyncio.gather(*(signal(workflow_id) for workflow_id in open_ones))
