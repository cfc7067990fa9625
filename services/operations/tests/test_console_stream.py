"""The streams of open pages, read as a browser reads them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx2

from services.operations.tests.episode_events import Episode, into_treatment
from services.operations.tests.open_console import COUNSELOR, FACILITY, OPERATOR, OTHER_FACILITY, OpenConsole, project
from stepwell_kernel.codes import Phase, TreatmentPart

PATIENCE_S = 10.0


@dataclass(frozen=True)
class StreamEvent:
    """One event of a stream."""

    name: str
    id: str
    data: str


async def events(answer: httpx2.Response) -> AsyncIterator[StreamEvent]:
    """The events of a stream as they come; what is no event is passed over."""
    fields: dict[str, list[str]] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields.setdefault(name, []).append(value)
            continue
        if "event" in fields:
            yield StreamEvent(fields["event"][0], fields.get("id", [""])[0], "\n".join(fields.get("data", [])))
        fields = {}


@asynccontextmanager
async def following(
    browser: httpx2.AsyncClient, path: str, last_event_id: str | None = None
) -> AsyncIterator[AsyncIterator[StreamEvent]]:
    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_event_id} if last_event_id else {})
    async with asyncio.timeout(PATIENCE_S), browser.stream("GET", f"/console/stream{path}", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache"
        yield events(answer)


async def next_of(stream: AsyncIterator[StreamEvent], name: str, *, holding: str = "") -> StreamEvent:
    """The next event of a name that holds a text."""
    async for event in stream:
        if event.name == name and holding in event.data:
            return event
    raise AssertionError(f"the stream ended without {name} {holding}")


async def test_an_open_page_is_told_what_changed(console: OpenConsole) -> None:
    episode = Episode(FACILITY, console.edge.clock.now()).refer()
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(OPERATOR)
    async with following(browser, f"/journeys/{episode.episode_id}") as stream:
        drawn = await next_of(stream, "live")
        assert "Referral received" in drawn.data
        before = len(episode.incoming)
        episode.enter(Phase.SCREENING)
        await project(console.edge, episode.incoming[before:])
        assert f"entry-{episode.incoming[-1].id}" in (await next_of(stream, "live", holding="screening</b>")).data


async def test_lists_and_now_move_as_well(console: OpenConsole) -> None:
    browser = await console.signed_in(OPERATOR)
    for path in ("/now", "/journeys", "/journeys?phase=treatment"):
        async with following(browser, path) as stream:
            await next_of(stream, "live")
            episode = into_treatment(Episode(FACILITY, console.edge.clock.now()))
            await project(console.edge, episode.incoming)
            await next_of(stream, "live", holding=f"journey-{episode.episode_id}")


async def test_a_change_elsewhere_is_not_sent(console: OpenConsole) -> None:
    here, there = (Episode(facility, console.edge.clock.now()).refer() for facility in (FACILITY, OTHER_FACILITY))
    await project(console.edge, here.incoming)
    browser = await console.signed_in(COUNSELOR)
    async with following(browser, "/journeys") as stream:
        await next_of(stream, "live", holding=str(here.episode_id))
        await project(console.edge, there.incoming)
        before = len(here.incoming)
        here.enter(Phase.SCREENING)
        await project(console.edge, here.incoming[before:])
        event = await next_of(stream, "live")
        assert "phase-screening" in event.data
        assert str(there.episode_id) not in event.data


async def test_domain_time_moves_without_an_event(console: OpenConsole) -> None:
    browser = await console.signed_in(OPERATOR)
    async with following(browser, "/journeys") as stream:
        assert "Mon 2 Mar 2026 17:00" in (await next_of(stream, "pulse")).data
        console.edge.clock.pass_by(hours=3)
        await next_of(stream, "pulse", holding="Mon 2 Mar 2026 20:00")


async def test_a_page_that_comes_back_gets_only_what_differs(console: OpenConsole) -> None:
    episode = Episode(FACILITY, console.edge.clock.now()).refer()
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(OPERATOR)
    path = f"/journeys/{episode.episode_id}"
    async with following(browser, path) as stream:
        seen = await next_of(stream, "live")
    async with following(browser, path, seen.id) as stream:
        first = await anext(aiter(stream))
        assert (first.name, first.id) == ("pulse", seen.id)
    before = len(episode.incoming)
    episode.enter(Phase.TREATMENT, TreatmentPart.STABILIZE)
    await project(console.edge, episode.incoming[before:])
    async with following(browser, path, seen.id) as stream:
        missed = await anext(aiter(stream))
        assert missed.name == "live"
        assert missed.id != seen.id


async def test_a_page_whose_session_ended_is_told_to_ask_again(console: OpenConsole) -> None:
    browser = await console.signed_in(OPERATOR)
    async with following(browser, "/now") as stream:
        await next_of(stream, "live")
        await console.edge.rows("delete from console_session")
        await next_of(stream, "ended")
    async with following(await console.browser(), "/now") as stream:
        assert (await anext(aiter(stream))).name == "ended"


async def test_a_page_that_may_not_be_seen_is_not_streamed(console: OpenConsole) -> None:
    there = Episode(OTHER_FACILITY, console.edge.clock.now() - timedelta(days=1)).refer()
    await project(console.edge, there.incoming)
    browser = await console.signed_in(COUNSELOR)
    async with following(browser, f"/journeys/{there.episode_id}") as stream:
        assert (await anext(aiter(stream))).name == "ended"
    denied = await console.edge.rows("select outcome from audit where outcome <> 'done'")
    assert [row["outcome"] for row in denied] == ["facility_out_of_scope"]


async def test_a_page_that_stays_open_leaves_one_audit_row(console: OpenConsole) -> None:
    episode = Episode(FACILITY, console.edge.clock.now()).refer()
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(COUNSELOR)
    async with following(browser, f"/journeys/{episode.episode_id}") as stream:
        await next_of(stream, "live")
        for phase in (Phase.SCREENING, Phase.ADMISSION):
            before = len(episode.incoming)
            episode.enter(phase)
            await project(console.edge, episode.incoming[before:])
            await next_of(stream, "live", holding=f"{phase}</b>")
    assert await console.edge.value("select count(*) from audit where resource_kind = 'journey'") == 1
