"""The form of a saga: steps in reading order, each with what undoes it."""

from collections.abc import Callable
from dataclasses import dataclass

from stepwell_contracts.base import Value
from stepwell_workflows.sagas.run import StepContext

Build = Callable[[StepContext], Value]


@dataclass(frozen=True, slots=True)
class Command:
    """An activity and how its message is made."""

    name: str
    build: Build


@dataclass(frozen=True, slots=True)
class Step:
    """One step; without `undo` there is nothing to take back."""

    do: Command
    undo: Command | None = None
