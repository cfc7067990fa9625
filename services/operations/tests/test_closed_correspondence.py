"""To whom messages are closed no view tells of a single message or reply: not a journey, its counts, nor a search."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.operations.tests.clinical_events import page as send_page, raise_crisis
from services.operations.tests.episode_events import Episode, into_treatment
from services.operations.tests.network_events import lapse, reply, send, suppress
from services.operations.tests.open_console import FACILITY, OpenConsole, followed, parsed, project, texts
from services.operations.tests.whole_api import told, whole_api
from stepwell_contracts.events.notifications_replies import CrisisReplyReceived, OptedOut
from stepwell_kernel.codes import Channel, Role
from stepwell_kernel.ids import new_id
from stepwell_kernel.message_codes import ReplyKind
from stepwell_testing.edge import TestApp
from stepwell_testing.plugin import OpenEdge

KINDS = ("message", "held back", "reply", "event", "page", "trace")
REVIEWER = Role.UTILIZATION_REVIEWER
TIMELINE = ".//table[@class='timeline']/tbody[@class='past']/tr"
SERVICES = ".//nav[@aria-label='Service']/a"


def correspondence(at: datetime) -> tuple[Episode, dict[str, UUID]]:
    """An episode with messages, replies and pages, of which the first is about a crisis; the ids of some."""
    episode = into_treatment(Episode(FACILITY, at - timedelta(days=9)))
    send_page(episode, raise_crisis(episode), new_id(), 1)
    ids = {"message": send(episode.later(hours=1), delivered=True)}
    lapse(episode)
    ids["held back"] = suppress(episode)
    ids["reply"] = reply(episode, ReplyKind.CRISIS)
    ids["event"] = episode.incoming[-1].id
    episode.tell(
        CrisisReplyReceived(reply_id=ids["reply"], episode_id=episode.episode_id, facility_id=episode.facility_id)
    )
    ids["page"] = new_id()
    send_page(episode, ids["reply"], ids["page"], 1)
    reply(episode, ReplyKind.STOP, known_episode=False)
    episode.tell(OptedOut(patient_id=episode.patient_id, channel=Channel.SMS), about_episode=False)
    return episode, ids | {"trace": UUID(episode.trace)}


def open_to_reviewer(episode: Episode) -> list[str]:
    """The ids of the entries that tell of no message."""
    (paged, *_) = episode.of("notifications")
    return [str(one.id) for one in episode.incoming if one.envelope.source != "notifications" or one is paged]


async def seen(app: TestApp, episode: Episode, role: Role) -> list[str]:
    token = app.person(new_id(), role, facilities=(FACILITY,))
    found = await told(app, token, f"/v1/journeys/{episode.episode_id}")
    return [entry["event_id"] for entry in found["timeline"]]


async def test_a_journey_is_told_without_messages(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode, _ = correspondence(edge.clock.now())
    await project(edge, episode.incoming)
    async with whole_api(edge) as app:
        assert set(await seen(app, episode, REVIEWER)) == set(open_to_reviewer(episode))
        assert set(await seen(app, episode, Role.COUNSELOR)) == {str(one.id) for one in episode.incoming}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_leads_nowhere(open_edge: OpenEdge, kind: str) -> None:
    edge = await open_edge("operations")
    episode, ids = correspondence(edge.clock.now())
    await project(edge, episode.incoming)
    async with whole_api(edge) as app:
        token = app.person(new_id(), REVIEWER)
        answer = await app.call("GET", "/v1/search", token=token, params={"id": str(ids[kind])})
        assert (answer.status_code, answer.json()["code"]) == (404, "nothing_found")
        crisis = next(one for one in episode.incoming if "crisis_raised" in one.event.type)
        found = await told(app, token, "/v1/search", id=str(crisis.id))
        assert [one["episode_id"] for one in found["episodes"]] == [str(episode.episode_id)]


async def test_the_page_of_a_journey_counts_and_shows_no_message(console: OpenConsole) -> None:
    episode, _ = correspondence(console.edge.clock.now())
    await project(console.edge, episode.incoming)
    browser = await console.in_role(REVIEWER)
    path = f"/journeys/{episode.episode_id}"
    answer = await browser.get(path)
    shown, expected = parsed(answer.text), len(open_to_reviewer(episode))
    assert len(shown.findall(TIMELINE)) == expected
    assert f"all {expected}" in texts(shown, SERVICES)
    assert texts(shown, SERVICES)[-1] == "notifications 1"
    assert "Page sent" in texts(await followed(browser, shown, "by-notifications"), f"{TIMELINE}/th")
    for word in ("Message", "Reply", "Words of crisis", "Opted out"):
        assert word not in answer.text


@pytest.mark.parametrize("kind", KINDS)
async def test_an_address_that_names_a_message_shows_nothing(console: OpenConsole, kind: str) -> None:
    episode, ids = correspondence(console.edge.clock.now())
    await project(console.edge, episode.incoming)
    browser = await console.in_role(REVIEWER)
    assert (await browser.get("/search", params={"id": str(ids[kind])})).status_code == 404
    narrowed = {"trace_id": ids[kind].hex} if kind == "trace" else {"about": str(ids[kind])}
    shown = parsed((await browser.get(f"/journeys/{episode.episode_id}", params=narrowed)).text)
    assert shown.findall(TIMELINE) == []
    assert texts(shown, ".//p[@class='count']")[0].startswith("0 entries ")


async def test_all_entries_are_those_that_may_be_seen(console: OpenConsole) -> None:
    episode, _ = correspondence(console.edge.clock.now())
    for _ in range(160):
        send(episode)
        episode.close_task(new_id())
    await project(console.edge, episode.incoming)
    expected = len(open_to_reviewer(episode))
    browser = await console.in_role(REVIEWER)
    shown = parsed((await browser.get(f"/journeys/{episode.episode_id}")).text)
    assert len(shown.findall(TIMELINE)) == 150
    assert texts(shown, ".//a[@id='whole']") == [f"Show all {expected} entries"]
    assert len((await followed(browser, shown, "whole")).findall(TIMELINE)) == expected


async def test_whoever_has_another_role_as_well_reads_messages(console: OpenConsole) -> None:
    episode, ids = correspondence(console.edge.clock.now())
    await project(console.edge, episode.incoming)
    browser = await console.in_role(REVIEWER, Role.COUNSELOR)
    answer = await browser.get("/search", params={"id": str(ids["message"])})
    shown = parsed((await browser.get(answer.headers["location"])).text)
    assert texts(shown, f"{TIMELINE}/th[@scope='row']") == ["Message delivered", "Message sent"]
