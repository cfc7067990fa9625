"""Races over HTTP on the whole platform."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from stepwell_contracts.http.scheduling import BookSeat
from stepwell_kernel.errors import Conflict
from stepwell_simulation.network import FACILITY, INTENSIVE_PROGRAM
from stepwell_simulation.story import PLANNED_DAYS, Story, open_story
from tests.conftest import Whole
from tests.ledgers import rows, settled

pytestmark = pytest.mark.timeout(240)

PATIENTS = 50
AT_ONCE = 8


async def admitted(whole: Whole, number: int, opened: Story, gate: asyncio.Semaphore) -> Story:
    story = Story(whole.outside, opened.staff, lambda _: None, opened.time, email=f"p{number}@example.org")
    async with gate:
        await story.refer()
        await story.reach()
        await story.admit()
    return story


async def test_fifty_bookings_for_the_last_seats_sell_exactly_the_free_ones(whole: Whole) -> None:
    opened = await open_story(whole.outside, lambda _: None)
    gate = asyncio.Semaphore(AT_ONCE)
    stories = await asyncio.gather(*(admitted(whole, number, opened, gate) for number in range(PATIENTS)))
    await settled(whole.inside)
    scheduling = opened.staff.scheduler.scheduling
    begin = opened.now()
    listed = await scheduling.sessions(FACILITY, begin, begin + timedelta(days=PLANNED_DAYS), INTENSIVE_PROGRAM)
    session = next(s for s in reversed(listed.sessions) if s.taken == 0)

    async def book(story: Story) -> UUID | str:
        try:
            seat = await scheduling.book_seat(
                session.session_id, BookSeat(episode_id=story.episode_id), key=story.key("race")
            )
        except Conflict as refusal:
            return refusal.code
        return seat.booking_id

    outcomes = await asyncio.gather(*(book(story) for story in stories))
    sold = [outcome for outcome in outcomes if isinstance(outcome, UUID)]
    assert len(sold) == session.capacity
    assert outcomes.count("session_full") == PATIENTS - session.capacity
    (stored,) = await rows(
        whole.inside,
        "scheduling",
        "select s.taken, count(b.*) as booked from session s join booking b using (session_id) "
        "where s.session_id = $1 and b.state = 'booked' group by s.taken",
        session.session_id,
    )
    assert (stored["taken"], stored["booked"]) == (session.capacity, session.capacity)
    winner = next(story for story, outcome in zip(stories, outcomes, strict=True) if isinstance(outcome, UUID))
    assert await book(winner) in sold
