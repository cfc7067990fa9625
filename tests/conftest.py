"""The whole platform, once for each module of tests that cross processes: the same code that `make run` starts.

Patients whom one module leaves in care would go on living through the fast years of the next one's clock.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from stepwell_devstack.home import Home
from stepwell_devstack.platform import Platform
from stepwell_devstack.supervisor import PartState, Supervisor
from stepwell_simulation.platform import RunningPlatform, running_platform

#: A Tuesday, ten o'clock at Harborlight and noon at Riverbend: messages may go out, and every evening of the first week
#: can still be booked. On its Sunday the clocks go forward.
BEGINS_AT = datetime(2026, 3, 3, 17, tzinfo=UTC)


@dataclass(frozen=True)
class Whole:
    """A running platform: from inside, to kill its parts and look into its databases, and from outside."""

    inside: Platform
    supervisor: Supervisor
    outside: RunningPlatform


class Unwatched:
    """Nobody watches the parts come and go."""

    def part_changed(self, name: str, state: PartState) -> None:
        """A part reached another stage."""

    def step_done(self, name: str, seconds: float) -> None:
        """A step is done."""


@asynccontextmanager
async def running_whole(folder: Path, begins_at: datetime = BEGINS_AT) -> AsyncIterator[Whole]:
    """The platform with free ports, in a folder of its own; domain time begins at an instant."""
    platform = Platform(Home(folder), usual_ports=False, begins_at=begins_at)
    async with platform.running(Unwatched()) as supervisor, running_platform(platform.home.run_file) as outside:
        yield Whole(platform, supervisor, outside)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    """A platform for each module."""
    async with running_whole(tmp_path_factory.mktemp("platform")) as running:
        yield running
