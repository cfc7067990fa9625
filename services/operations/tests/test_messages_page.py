"""The page of messages: how far each got and what was answered, by state, facility and template; never the words."""

from datetime import timedelta

import pytest

from services.operations.tests.episode_events import Episode, into_treatment, reference
from services.operations.tests.network_events import lapse, reply, send, suppress
from services.operations.tests.open_console import (
    COUNSELOR,
    FACILITY,
    NURSE,
    OPERATOR,
    OTHER_FACILITY,
    STRANGER,
    OpenConsole,
    followed,
    parsed,
    project,
    texts,
)
from services.operations.tests.test_console_stream import following, next_of
from stepwell_kernel.message_codes import ReplyKind

STATES = ".//nav[@aria-label='State']/a"
FACILITIES = ".//nav[@aria-label='Facility']/a"
TEMPLATES = ".//nav[@aria-label='Template']/a"
ROWS = ".//table[@class='messages']/tbody/tr"
REPLIES = ".//table[@class='replies']/tbody/tr"
HEADING = ".//h2[@id='messages-heading']"


async def two_facilities(console: OpenConsole) -> tuple[Episode, Episode]:
    """Here a message in each of three states and two replies; there one that was sent, and words of crisis."""
    now = console.edge.clock.now()
    here, there = (
        into_treatment(Episode(facility, now - timedelta(days=5))) for facility in (FACILITY, OTHER_FACILITY)
    )
    send(here.later(hours=1), delivered=True)
    suppress(here.later(hours=1))
    lapse(here.later(hours=1))
    reply(here.later(minutes=5))
    reply(here.later(minutes=5), ReplyKind.STOP)
    send(there.later(hours=9))
    reply(there.later(minutes=1), ReplyKind.CRISIS)
    names = ((FACILITY, "Riverbend Center"), (OTHER_FACILITY, "Riverbend North"))
    clinics = [one for facility, name in names for one in reference(facility, name, "America/New_York", now)]
    await project(console.edge, [*clinics, *here.incoming, *there.incoming])
    return here, there


async def test_messages_are_told_by_state_facility_and_template(console: OpenConsole) -> None:
    here, there = await two_facilities(console)
    browser = await console.signed_in(OPERATOR)
    page = parsed((await browser.get("/messages")).text)
    assert texts(page, ".//nav[@aria-label='Pages']//*[@aria-current]") == ["Messages"]
    assert texts(page, HEADING) == ["4 messages, the latest first"]
    assert texts(page, STATES) == ["all 4", "sent 1", "delivered 1", "held back 1", "lapsed 1", "failed 0"]
    assert texts(page, FACILITIES) == ["every facility 4", "Riverbend Center 3", "Riverbend North 1"]
    assert texts(page, TEMPLATES) == ["every template 4", "appointment reminder 3", "please call 1"]
    ids = [str(one.episode_id)[-8:] for one in (there, here, here, here)]
    states = ["sent", "lapsed", "held back because not permitted", "delivered"]
    for row, short, state in zip(texts(page, ROWS), ids, states, strict=True):
        assert f" {state} " in row
        assert f" {short} " in row

    reminders = await followed(browser, page, "of-appointment_reminder")
    assert texts(reminders, STATES)[:4] == ["all 3", "sent 1", "delivered 1", "held back 0"]
    lapsed = await followed(browser, reminders, "in-lapsed")
    assert texts(lapsed, HEADING) == ["1 message, the latest first"]
    assert texts(lapsed, f"{TEMPLATES}[@aria-current]") == ["appointment reminder 1"]
    nothing = await followed(browser, lapsed, f"at-{OTHER_FACILITY}")
    assert texts(nothing, ".//p[@class='empty']") == ["No message here."]
    live = nothing.find(".//div[@id='live']")
    assert live is not None
    chosen = f"state=lapsed&facility_id={OTHER_FACILITY}&template=appointment_reminder"
    assert live.get("data-stream") == f"/console/stream/messages?{chosen}"


async def test_a_message_leads_to_its_entries_in_the_timeline(console: OpenConsole) -> None:
    here, _ = await two_facilities(console)
    browser = await console.signed_in(COUNSELOR)
    page = parsed((await browser.get("/messages?state=delivered")).text)
    (row,) = page.findall(ROWS)
    message = (row.get("id") or "").removeprefix("message-")
    story = await followed(browser, page, f"open-{message}")
    assert texts(story, ".//h1") == [f"Journey {str(here.episode_id)[-8:]}"]
    said = texts(story, ".//table[@class='timeline']/tbody/tr/th[@scope='row']")
    assert said == ["Message delivered", "Message sent"]
    assert texts(story, ".//p[@class='count']") == [f"2 entries about {message} · show all"]
    traced = await followed(browser, page, f"trace-{message}")
    assert texts(traced, ".//table[@class='timeline']/tbody/tr/th[@scope='row']") == ["Message delivered"]


async def test_replies_are_told_by_what_they_were_understood_as(console: OpenConsole) -> None:
    here, there = await two_facilities(console)
    browser = await console.signed_in(OPERATOR)
    page = parsed((await browser.get("/messages")).text)
    assert texts(page, ".//section[@aria-labelledby='replies-heading']/p") == ["1 confirm, 1 crisis, 1 stop"]
    assert [row.split(" ", 1)[0] for row in texts(page, REPLIES)] == ["crisis", "stop", "confirm"]
    crisis = page.find(f"{REPLIES}/th/a[@class='opens bad']")
    assert crisis is not None
    assert str(there.episode_id) in (crisis.get("href") or "")
    own = parsed((await browser.get(f"/messages?episode_id={here.episode_id}")).text)
    assert len(own.findall(REPLIES)) == 2
    assert texts(own, HEADING) == ["3 messages, the latest first"]
    assert len((await followed(browser, own, "every-journey")).findall(REPLIES)) == 3


async def test_pages_of_messages_follow_each_other(console: OpenConsole) -> None:
    episode = into_treatment(Episode(FACILITY, console.edge.clock.now() - timedelta(days=9)))
    sent = [send(episode.later(minutes=index % 2)) for index in range(52)]
    suppress(episode)
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(COUNSELOR)
    first = parsed((await browser.get("/messages?state=sent")).text)
    second = await followed(browser, first, "next-page")
    shown = [(row.get("id") or "").removeprefix("message-") for page in (first, second) for row in page.findall(ROWS)]
    assert len(first.findall(ROWS)) == 50
    assert set(shown) == {str(message) for message in sent}
    assert len(shown) == 52
    assert texts(second, f"{STATES}[@aria-current]") == ["sent 52"]
    assert len((await followed(browser, second, "first-page")).findall(ROWS)) == 50


async def test_of_another_facility_no_message_is_listed_or_counted(console: OpenConsole) -> None:
    here, there = await two_facilities(console)
    browser = await console.signed_in(COUNSELOR)
    answer = await browser.get("/messages")
    page = parsed(answer.text)
    assert str(there.episode_id) not in answer.text
    assert (texts(page, STATES)[:2], len(page.findall(ROWS))) == (["all 3", "sent 0"], 3)
    assert texts(page, FACILITIES) == []
    assert texts(page, ".//section[@aria-labelledby='replies-heading']/p") == ["1 confirm, 1 stop"]
    theirs = parsed((await browser.get(f"/messages?episode_id={there.episode_id}")).text)
    assert (texts(theirs, STATES)[0], theirs.findall(ROWS), theirs.findall(REPLIES)) == ("all 0", [], [])
    refused = await browser.get(f"/messages?facility_id={OTHER_FACILITY}")
    assert (refused.status_code, refused.headers["x-problem-code"]) == (403, "facility_out_of_scope")
    elsewhere = (await (await console.signed_in(STRANGER)).get("/messages")).text
    assert str(here.episode_id) not in elsewhere
    assert texts(parsed(elsewhere), STATES)[0] == "all 0"


async def test_a_nurse_reads_no_messages(console: OpenConsole) -> None:
    browser = await console.signed_in(NURSE)
    assert (await browser.get("/messages")).status_code == 403
    assert (await browser.get("/console/stream/messages")).text.count("event: ended") == 1


@pytest.mark.parametrize("path", ["/messages?state=bliss", "/messages?template=bliss", "/messages?cursor=abc"])
async def test_what_cannot_be_asked_for_is_a_page_too(console: OpenConsole, path: str) -> None:
    browser = await console.signed_in(OPERATOR)
    answer = await browser.get(path)
    assert answer.status_code == 422
    assert parsed(answer.text).find(".//h1") is not None


async def test_an_open_page_of_messages_moves_as_they_come(console: OpenConsole) -> None:
    here, _ = await two_facilities(console)
    browser = await console.signed_in(COUNSELOR)
    async with following(browser, "/messages?state=sent") as stream:
        await next_of(stream, "live", holding="No message here")
        before = len(here.incoming)
        message = send(here.later(hours=1))
        await project(console.edge, here.incoming[before:])
        await next_of(stream, "live", holding=f"message-{message}")
