"""What the durable shells share: the scaled clock, timers that end on a grain, retries for ever, lanes that stop."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from stepwell_contracts.journey import ClockSegment
    from stepwell_kernel.clock import ScaledTime, Segment

FOR_EVER = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(seconds=60),
    non_retryable_error_types=["bug"],
)

#: Longest that an activity may take; it is repeated under the same key.
ACTIVITY_TIMEOUT = timedelta(seconds=30)

#: Timers end a whole number of these after they were set, so never before the deadline.
GRAIN = timedelta(milliseconds=10)


def domain_now(segments: Sequence[ClockSegment]) -> datetime:
    """Domain time of the workflow task."""
    return _clock(segments).domain_at(workflow.now().astimezone(UTC))


def wait_until(segments: Sequence[ClockSegment], due: datetime) -> timedelta:
    """How long a timer must run so that it ends at an instant of domain time, and not before."""
    wait = _clock(segments).wait_until(due, workflow.now().astimezone(UTC))
    return -(-wait // GRAIN) * GRAIN


def newer(known: tuple[ClockSegment, ...], told: Sequence[ClockSegment]) -> tuple[ClockSegment, ...]:
    """What was told, unless it is how the known list began: told first, it arrives last.

    Which of them ends later says nothing: a platform that stopped gives up a segment ahead for one that begins now.
    """
    return known if tuple(told) == known[: len(told)] else tuple(told)


async def stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Stop lanes; what they were at is issued again under the same key by the next run."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        try:
            await task
        except (asyncio.CancelledError, ActivityError):
            continue


def _clock(segments: Sequence[ClockSegment]) -> ScaledTime:
    return ScaledTime(tuple(Segment(s.wall_from, s.domain_from, s.factor) for s in segments))
