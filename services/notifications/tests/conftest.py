from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from services.notifications.tests.desk import Desk, desk_on, open_post_office
from services.notifications.tests.replies_desk import ReplyDesk, reply_desk_on
from services.notifications.tests.texts_desk import TextsDesk, open_texts_desk
from stepwell_runtime.keys import FileKeys
from stepwell_testing.plugin import OpenEdge


@pytest_asyncio.fixture(loop_scope="session")
async def desk(open_edge: OpenEdge, tmp_path: Path) -> AsyncIterator[Desk]:
    """Notifications with a facility published and a patient referred."""
    async with open_post_office() as office:
        desk = desk_on(await open_edge("notifications"), office, tmp_path)
        await desk.open()
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def replies(desk: Desk, tmp_path: Path) -> ReplyDesk:
    """The desk with a number of its own, to which patients answer."""
    replies = reply_desk_on(desk, FileKeys(tmp_path / "keys.json"))
    await replies.open()
    return replies


@pytest_asyncio.fixture(loop_scope="session")
async def texts(open_edge: OpenEdge, tmp_path: Path) -> AsyncIterator[TextsDesk]:
    """The desk with two providers of text messages."""
    async with open_texts_desk(await open_edge("notifications"), tmp_path) as texts:
        yield texts
