"""Every journey of a list that goes on changing while it is read."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from uuid import UUID

from stepwell_contracts.http.operations import JourneyList, JourneyRow
from stepwell_operations.cli.options import MOST_ROWS
from stepwell_operations.cli.progress import Tell

#: A page of so many rows at most, from a cursor on.
ReadPage = Callable[[int, str | None], Awaitable[JourneyList]]


async def every_journey(read: ReadPage, tell: Tell) -> JourneyList:
    """Read page after page, then what changed meanwhile, until nothing did.

    A journey that changes moves to the top, past the pages that are still to come. A reading that is one page was made
    at one instant, so it passes over none.
    """
    found: dict[UUID, JourneyRow] = {}
    since: datetime | None = None
    while True:
        pages: list[JourneyList] = []
        async for page in _pages(read, since):
            pages.append(page)
            found.update((row.episode_id, row) for row in page.journeys)
            tell(len(found), max(page.total, len(found)))
        if len(pages) == 1:
            rows = sorted(found.values(), key=lambda row: (row.changed_at, row.episode_id), reverse=True)
            return JourneyList(journeys=tuple(rows), total=len(rows))
        since = pages[0].journeys[0].changed_at


async def _pages(read: ReadPage, since: datetime | None) -> AsyncIterator[JourneyList]:
    """Pages down to the end, or to those that did not change since an instant of domain time."""
    cursor: str | None = None
    while True:
        page = await read(MOST_ROWS, cursor)
        yield page
        cursor = page.next_cursor
        if cursor is None or (since is not None and page.journeys[-1].changed_at < since):
            return
