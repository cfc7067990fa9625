"""One platform for all modules of this folder: the story leaves nobody in care, and the races come after it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conftest import Whole, running_whole


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    """A platform."""
    async with running_whole(tmp_path_factory.mktemp("platform")) as running:
        yield running
