"""What must happen in a journey: its own obligations, joined with the open tasks that stand for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from stepwell_contracts.http.operations import OpenTask
from stepwell_contracts.journey import ObligationView


@dataclass(frozen=True, slots=True)
class Must:
    """One thing that must happen by `due_at`; without a role the journey does it itself.

    `opens_at` is when a person gets it, absent once they have. `key` tells the entries of a page apart.
    """

    key: str
    kind: str
    due_at: datetime
    role: str | None = None
    escalated_to: str | None = None
    escalations: int = 0
    opens_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for a person now."""
        return self.role is not None and self.opens_at is None


def musts(obligations: Sequence[ObligationView], tasks: Sequence[OpenTask]) -> Sequence[Must]:
    """The obligations of a journey, none of one that did not answer, and its open tasks, soonest first.

    A task that stands for an obligation is told with it; one that none stands behind is a fact that came late.
    """
    waiting = sorted(tasks, key=lambda task: (task.due_at, task.task_id))
    found = [_must(place, obligation, waiting) for place, obligation in enumerate(obligations)]
    return sorted((*found, *map(_of_task, waiting)), key=lambda must: (must.due_at, must.key))


def _must(place: int, obligation: ObligationView, waiting: list[OpenTask]) -> Must:
    """The obligation, with the task that stands for it taken off those that wait."""
    is_open = obligation.role is not None and obligation.opens_at is None
    task = next((task for task in waiting if is_open and task.kind == obligation.kind), None)
    if task is not None:
        waiting.remove(task)
    return Must(
        key=f"must-{place}" if task is None else f"task-{task.task_id}",
        kind=obligation.kind,
        due_at=obligation.due_at,
        role=obligation.role,
        escalated_to=None if task is None else task.escalated_to,
        escalations=obligation.escalations,
        opens_at=obligation.opens_at,
    )


def _of_task(task: OpenTask) -> Must:
    return Must(f"task-{task.task_id}", task.kind, task.due_at, task.role, task.escalated_to, task.escalations)
