"""What is planned for a course of care."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import Office

#: Returns when to go on, None when it is done.
Step = Callable[[Office, Case], Awaitable[datetime | None]]


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that a course has in it, so long after the admission.

    What is caught up is done even if its time came while nobody acted, such as between two processes of a run.
    """

    after: timedelta
    name: str
    step: Step
    is_caught_up: bool = False
