"""Every row of a list that goes on changing while it is read."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from stepwell_contracts.http.operations import JourneyList, JourneyRow, Work, WorkRow
from stepwell_contracts.http.operations_network import MessageFeed, MessageRow
from stepwell_operations.cli.options import MOST_ROWS
from stepwell_operations.cli.progress import Tell, counted


class Page(Protocol):
    """A page of any list."""

    @property
    def next_cursor(self) -> str | None:
        """Where the next page begins; absent on the last."""


P = TypeVar("P", bound=Page)
R = TypeVar("R")

#: A page of so many rows at most, from a cursor on.
ReadPage = Callable[[int, str | None], Awaitable[P]]


@dataclass(frozen=True, slots=True)
class Listing(Generic[P, R]):
    """How a list is read: the rows of a page, how many there are in all, and by what a row has its place."""

    rows: Callable[[P], Sequence[R]]
    total: Callable[[P], int]
    place: Callable[[R], tuple[datetime, UUID]]


JOURNEYS: Listing[JourneyList, JourneyRow] = Listing(
    lambda page: page.journeys, lambda page: page.total, lambda row: (row.changed_at, row.episode_id)
)
MESSAGES: Listing[MessageFeed, MessageRow] = Listing(
    lambda page: page.messages, lambda page: page.total, lambda row: (row.at, row.message_id)
)
WORK: Listing[Work, WorkRow] = Listing(
    lambda page: page.rows, lambda page: page.open, lambda row: (row.due_at, row.subject_id)
)


async def listed(
    read: ReadPage[P], every: Callable[[ReadPage[P], Tell], Awaitable[P]], what: str, limit: int | None
) -> P:
    """The first page of so many rows at most; without a limit every row, with progress that tells what they are."""
    if limit is not None:
        return await read(limit, None)
    with counted(what) as tell:
        return await every(read, tell)


async def every_journey(read: ReadPage[JourneyList], tell: Tell) -> JourneyList:
    """All journeys as one page, the latest changed first."""
    rows, _ = await _latest_first(read, JOURNEYS, tell)
    return JourneyList(journeys=tuple(rows), total=len(rows))


async def every_message(read: ReadPage[MessageFeed], tell: Tell) -> MessageFeed:
    """All messages as one page, the latest first; counts by state and replies are those read last."""
    rows, last = await _latest_first(read, MESSAGES, tell)
    return MessageFeed(messages=tuple(rows), replies=last.replies, states=last.states, total=len(rows))


async def every_task(read: ReadPage[Work], tell: Tell) -> Work:
    """All open tasks as one page, the earliest due first; crises and counts are those read last.

    A task stays where it is or moves down, so that one reading passes over none that was open when it began; one that
    ends meanwhile may still be among them.
    """
    found: dict[UUID, WorkRow] = {}
    pages: list[Work] = []
    async for page in _pages(read, WORK, None):
        pages.append(page)
        found.update((row.subject_id, row) for row in page.rows)
        tell(len(found), max(page.open, len(found)))
    rows = sorted(found.values(), key=WORK.place)
    return pages[-1].model_copy(update={"rows": tuple(rows), "next_cursor": None})


async def _latest_first(read: ReadPage[P], listing: Listing[P, R], tell: Tell) -> tuple[Sequence[R], P]:
    """Read page after page, then what changed meanwhile, until nothing did; the rows, and the page read last.

    A row that changes moves to the top, past the pages that are still to come. A reading that is one page was made at
    one instant, so it passes over none.
    """
    found: dict[UUID, R] = {}
    since: datetime | None = None
    while True:
        pages: list[P] = []
        async for page in _pages(read, listing, since):
            pages.append(page)
            found.update((listing.place(row)[1], row) for row in listing.rows(page))
            tell(len(found), max(listing.total(page), len(found)))
        if len(pages) == 1:
            return sorted(found.values(), key=listing.place, reverse=True), pages[0]
        since = listing.place(listing.rows(pages[0])[0])[0]


async def _pages(read: ReadPage[P], listing: Listing[P, R], since: datetime | None) -> AsyncIterator[P]:
    """Pages down to the end, or to those that did not change since an instant of domain time."""
    cursor: str | None = None
    while True:
        page = await read(MOST_ROWS, cursor)
        yield page
        cursor = page.next_cursor
        if cursor is None or (since is not None and listing.place(listing.rows(page)[-1])[0] < since):
            return
