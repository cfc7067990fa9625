"""Every row of a list that changes between two pages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.operations.tests.every_table import MESSAGE, WORK
from stepwell_contracts.http.operations import JourneyList, JourneyRow, Work
from stepwell_contracts.http.operations_network import MessageFeed
from stepwell_kernel.ids import new_id
from stepwell_operations.cli.every_row import every_journey, every_message, every_task

BEGIN = datetime(2026, 3, 2, 17, tzinfo=UTC)


@dataclass
class Listing:
    """Journeys as the API lists them, two to a page whatever is asked for; `between` happens before each page."""

    between: dict[int, Callable[["Listing"], None]] = field(default_factory=dict)
    changed_at: dict[UUID, datetime] = field(default_factory=dict)
    pages_read: int = 0
    told: list[tuple[int, int]] = field(default_factory=list)

    def add(self) -> UUID:
        """One more, which changed last."""
        episode_id = new_id()
        self.change(episode_id)
        return episode_id

    def change(self, episode_id: UUID) -> None:
        """It moves to the top."""
        self.changed_at[episode_id] = max(self.changed_at.values(), default=BEGIN) + timedelta(minutes=1)

    async def read(self, most: int, cursor: str | None) -> JourneyList:
        """A page of the list as it is now."""
        assert most >= 2
        if self.pages_read in self.between:
            self.between[self.pages_read](self)
        self.pages_read += 1
        ordered = sorted(((at, one) for one, at in self.changed_at.items()), reverse=True)
        rest = [(at, one) for at, one in ordered if cursor is None or at.isoformat() < cursor]
        more = rest[1][0].isoformat() if len(rest) > 2 else None
        rows = tuple(row_of(one, at) for at, one in rest[:2])
        return JourneyList(journeys=rows, total=len(ordered), next_cursor=more)

    def tell(self, done: int, total: int) -> None:
        """Progress."""
        self.told.append((done, total))


def row_of(episode_id: UUID, changed_at: datetime) -> JourneyRow:
    return JourneyRow(
        episode_id=episode_id,
        facility_id=new_id(),
        program_id=new_id(),
        phase="treatment",
        part=None,
        since=BEGIN,
        changed_at=changed_at,
        open_tasks=0,
        next_due=None,
    )


def listing(journeys: int) -> tuple[Listing, list[UUID]]:
    """The list, and the ids from the bottom up."""
    made = Listing()
    return made, [made.add() for _ in range(journeys)]


async def test_a_short_list_is_read_once() -> None:
    for journeys in (0, 1, 2):
        made, ids = listing(journeys)
        found = await every_journey(made.read, made.tell)
        assert [row.episode_id for row in found.journeys] == ids[::-1]
        assert (found.total, found.next_cursor, made.pages_read) == (journeys, None, 1)


async def test_all_pages_are_read_with_progress() -> None:
    made, ids = listing(5)
    found = await every_journey(made.read, made.tell)
    assert [row.episode_id for row in found.journeys] == ids[::-1]
    assert made.told[:3] == [(2, 5), (4, 5), (5, 5)]


async def test_what_moves_to_the_top_meanwhile_is_not_passed_over() -> None:
    made, ids = listing(6)
    made.between = {1: lambda all_: all_.change(ids[0]), 2: lambda all_: all_.change(ids[1])}
    found = await every_journey(made.read, made.tell)
    assert {row.episode_id for row in found.journeys} == set(ids)
    assert [row.episode_id for row in found.journeys[:2]] == [ids[1], ids[0]]
    assert all(row.changed_at == made.changed_at[row.episode_id] for row in found.journeys)


async def test_what_changes_while_the_changes_are_read_is_not_passed_over_either() -> None:
    made, ids = listing(8)

    def change_three(all_: Listing) -> None:
        for episode_id in ids[:3]:
            all_.change(episode_id)

    made.between = {2: change_three, 5: lambda all_: all_.change(new_id())}
    found = await every_journey(made.read, made.tell)
    assert {row.episode_id for row in found.journeys} == set(made.changed_at)
    assert found.total == 9


async def test_messages_are_read_like_journeys() -> None:
    made, ids = listing(5)
    made.between = {1: lambda all_: all_.change(ids[0])}

    async def read(most: int, cursor: str | None) -> MessageFeed:
        page = await made.read(most, cursor)
        messages = [
            MESSAGE.model_copy(update={"message_id": row.episode_id, "at": row.changed_at}) for row in page.journeys
        ]
        states = {"sent": made.pages_read}
        return MessageFeed(
            messages=tuple(messages), replies=(), states=states, total=page.total, next_cursor=page.next_cursor
        )

    found = await every_message(read, made.tell)
    assert [one.message_id for one in found.messages] == [ids[0], *ids[:0:-1]]
    assert (found.total, found.next_cursor) == (5, None)
    assert found.states == {"sent": made.pages_read}


async def test_a_task_that_moves_down_meanwhile_is_listed_once() -> None:
    due = [BEGIN + timedelta(hours=hour) for hour in range(4)]
    ids = [new_id() for _ in range(3)]
    pages = {None: ((0, 0), (1, 1)), "2": ((2, 2), (0, 3))}
    told: list[tuple[int, int]] = []

    async def read(most: int, cursor: str | None) -> Work:
        rows = [WORK.model_copy(update={"subject_id": ids[one], "due_at": due[at]}) for one, at in pages[cursor]]
        overdue = 1 if cursor else 0
        return Work(crises=(), rows=tuple(rows), roles=(), open=4, overdue=overdue, next_cursor=None if cursor else "2")

    found = await every_task(read, lambda done, total: told.append((done, total)))
    assert [row.subject_id for row in found.rows] == [ids[1], ids[2], ids[0]]
    assert (found.overdue, found.next_cursor) == (1, None)
    assert told == [(2, 4), (3, 4)]
