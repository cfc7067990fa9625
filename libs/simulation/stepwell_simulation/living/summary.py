"""What became of a run, as operations tells it to each of the two tenants, in one."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from stepwell_contracts.http.operations_network import Report, TaskTimeliness
from stepwell_simulation import harborlight, network
from stepwell_simulation.platform import RunningPlatform

OPERATORS: tuple[UUID, ...] = (network.OPERATOR, harborlight.OPERATOR)

#: On a fast clock nobody can be in time for what is due sooner.
ALLOWED_HOURS = 6.0


async def summary(platform: RunningPlatform) -> Report:
    """The reports of both tenants, added up."""
    people = [await platform.person(operator) for operator in OPERATORS]
    reports = await asyncio.gather(*(one.operations.report(allowed_hours=ALLOWED_HOURS) for one in people))
    return added(reports)


def added(reports: Sequence[Report]) -> Report:
    """One report for several that count different episodes."""
    return Report(
        episodes=sum(one.episodes for one in reports),
        outcomes=_counts(one.outcomes for one in reports),
        events=_counts(one.events for one in reports),
        weeks=sum(one.weeks for one in reports),
        weeks_met=sum(one.weeks_met for one in reports),
        required_minutes=sum(one.required_minutes for one in reports),
        attended_minutes=sum(one.attended_minutes for one in reports),
        messages=_counts(one.messages for one in reports),
        tasks=_tasks(task for one in reports for task in one.tasks),
    )


def _counts(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(sorted(total.items()))


def _tasks(tasks: Iterable[TaskTimeliness]) -> tuple[TaskTimeliness, ...]:
    by_kind: dict[str, TaskTimeliness] = {}
    for task in tasks:
        known = by_kind.get(task.kind)
        by_kind[task.kind] = task if known is None else _sum(known, task)
    return tuple(by_kind[kind] for kind in sorted(by_kind))


def _sum(one: TaskTimeliness, other: TaskTimeliness) -> TaskTimeliness:
    return TaskTimeliness(
        kind=one.kind,
        in_time=one.in_time + other.in_time,
        late=one.late + other.late,
        withdrawn=one.withdrawn + other.withdrawn,
        open=one.open + other.open,
        overdue=one.overdue + other.overdue,
    )
