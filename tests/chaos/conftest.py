"""One platform for all modules of this folder: the story leaves nobody in care, and the races come after it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from xdist.scheduler import LoadScopeScheduling

from tests.conftest import Whole, running_whole


class ByFolder(LoadScopeScheduling):  # type: ignore[misc]  # xdist is untyped
    """Workers take whole folders, so that a platform is started once."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0].rpartition("/")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """How tests are shared out when these are among them."""
    return ByFolder(config, log)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    """A platform."""
    async with running_whole(tmp_path_factory.mktemp("platform")) as running:
        yield running
