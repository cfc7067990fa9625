from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from services.notifications.tests.desk import Desk, desk_on, open_post_office
from stepwell_testing.plugin import OpenEdge


@pytest_asyncio.fixture(loop_scope="session")
async def desk(open_edge: OpenEdge, tmp_path: Path) -> AsyncIterator[Desk]:
    """Notifications with a facility published and a patient referred."""
    async with open_post_office() as office:
        desk = desk_on(await open_edge("notifications"), office, tmp_path)
        await desk.open()
        yield desk
