"""The lived platform, and a Chromium to look at it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from stepwell_devstack.chromium import ARGUMENTS, find_chromium
from stepwell_devstack.demo import BEGINS_AT
from tests.conftest import running_whole
from tests.living.browsing import DESK, LISTEN, OpenContext, Pictures
from tests.living.lived import Lived, live


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def lived(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lived]:
    """A platform on which the cohort has lived to its end."""
    async with running_whole(tmp_path_factory.mktemp("platform"), BEGINS_AT) as whole:
        yield await live(whole)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """A Chromium."""
    found = find_chromium()
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=found.executable, args=list(ARGUMENTS), env={**found.environment}
        )
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_context(chromium: Browser) -> AsyncIterator[OpenContext]:
    """Opens a browser of its own, with its own cookies."""
    opened: list[BrowserContext] = []

    async def open_one(**options: object) -> BrowserContext:
        context = await chromium.new_context(**{"locale": "en-US", "viewport": DESK, **options})  # type: ignore[arg-type]
        await context.add_init_script(LISTEN)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        await context.close()


@pytest.fixture(scope="package")
def pictures(pytestconfig: pytest.Config) -> Pictures:
    """Pictures are kept below the folder of test results."""
    folder = pytestconfig.rootpath / "test-results" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return Pictures(folder, Path(pytestconfig.rootpath) / "docs" / "images")
