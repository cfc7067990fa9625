"""The search by id: it leads straight to a journey, and tells nobody of what lies outside of their facilities."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from services.operations.tests.clinical_events import authorize, raise_crisis, readmit
from services.operations.tests.episode_events import Episode, into_treatment
from services.operations.tests.network_events import Timetable, clinic, reply, send
from services.operations.tests.open_console import (
    COUNSELOR,
    FACILITY,
    NURSE,
    OPERATOR,
    OTHER_FACILITY,
    STRANGER,
    OpenConsole,
    parsed,
    project,
    texts,
)
from stepwell_kernel.codes import Phase, Role, TaskKind
from stepwell_kernel.ids import new_id

BOX = ".//form[@role='search']/input"
SAID = ".//p[@class='empty']"


async def an_episode(console: OpenConsole, facility_id: UUID = FACILITY) -> Episode:
    """An episode in treatment."""
    episode = into_treatment(Episode(facility_id, console.edge.clock.now() - timedelta(days=3)))
    await project(console.edge, episode.incoming)
    return episode


async def continued(console: OpenConsole, episode: Episode, tell: Callable[[Episode], UUID]) -> UUID:
    """The id of something that happens in the episode."""
    before = len(episode.incoming)
    named = tell(episode)
    await project(console.edge, episode.incoming[before:])
    return named


def booked(episode: Episode) -> UUID:
    return episode.book(episode.at + timedelta(days=1))


def opened(episode: Episode) -> UUID:
    return episode.open_task(TaskKind.PLAN_SIGNATURE, Role.COUNSELOR, days=1)


def answered(episode: Episode) -> UUID:
    return authorize(episode, episode.at.date(), episode.at.date())


def told(episode: Episode) -> UUID:
    episode.assess()
    return episode.incoming[-1].envelope.id


@pytest.mark.parametrize(
    ("tell", "said"),
    [
        (booked, "Seat booked"),
        (opened, "Task opened"),
        (send, "Message sent"),
        (raise_crisis, "Crisis raised"),
        (reply, "Reply"),
        (answered, "Authorization"),
        (told, "Consent granted"),
    ],
    ids=["booking", "task", "message", "crisis", "reply", "authorization", "event"],
)
async def test_an_id_of_something_leads_to_what_happened_with_it(
    console: OpenConsole, tell: Callable[[Episode], UUID], said: str
) -> None:
    episode = await an_episode(console)
    named = await continued(console, episode, tell)
    browser = await console.signed_in(COUNSELOR)
    answer = await browser.get("/search", params={"id": str(named)})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/journeys/{episode.episode_id}?about={named}"
    story = parsed((await browser.get(answer.headers["location"])).text)
    assert texts(story, ".//table[@class='timeline']/tbody/tr/th[@scope='row']") == [said]


async def test_an_id_of_the_episode_or_its_patient_leads_to_the_whole_journey(console: OpenConsole) -> None:
    episode = await an_episode(console)
    browser = await console.signed_in(COUNSELOR)
    whole = str(episode.episode_id)
    for written in (whole, f"  {whole.upper()} ", episode.episode_id.hex, whole[-8:], str(episode.patient_id)):
        answer = await browser.get("/search", params={"id": written})
        assert (answer.status_code, answer.headers.get("location")) == (303, f"/journeys/{episode.episode_id}"), written


async def test_an_id_of_a_place_leads_to_its_facility_and_that_of_a_session_to_its_week(console: OpenConsole) -> None:
    now, group = console.edge.clock.now(), new_id()
    timetable = Timetable(FACILITY, now)
    session = timetable.meet(group, now + timedelta(days=7))
    about = clinic(FACILITY, "Riverbend Center", now, [(group, 8, None)])
    await project(console.edge, [*about, *timetable.incoming])
    browser = await console.signed_in(COUNSELOR)
    page = f"/facilities/{FACILITY}"
    day = (now + timedelta(days=7)).date()
    for identifier, leads_to in ((FACILITY, page), (group, page), (session, f"{page}?week={day}")):
        answer = await browser.get("/search", params={"id": str(identifier)})
        assert (answer.status_code, answer.headers.get("location")) == (303, leads_to)
        assert (await browser.get(leads_to)).status_code == 200
    stranger = await console.signed_in(STRANGER)
    for identifier in (FACILITY, group, session):
        assert (await stranger.get("/search", params={"id": str(identifier)})).status_code == 404


async def test_a_trace_leads_to_what_happened_in_it(console: OpenConsole) -> None:
    episode = await an_episode(console)
    await continued(console, episode.later(hours=1), told)
    browser = await console.signed_in(COUNSELOR)
    answer = await browser.get("/search", params={"id": episode.trace})
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/journeys/{episode.episode_id}?trace_id={episode.trace}",
    )
    story = parsed((await browser.get(answer.headers["location"])).text)
    happened = texts(story, ".//table[@class='timeline']/tbody/tr/th[@scope='row']")
    assert happened == ["Consent granted", "Level of care decided"]


async def test_a_patient_with_several_episodes_leads_to_a_list(console: OpenConsole) -> None:
    former = into_treatment(Episode(FACILITY, console.edge.clock.now() - timedelta(days=90)))
    former.later(days=60).enter(Phase.CLOSED)
    latter = readmit(former.later(days=9))
    elsewhere = readmit(latter.later(days=2), OTHER_FACILITY)
    await project(console.edge, former.incoming)
    browser = await console.signed_in(COUNSELOR)
    answer = await browser.get("/search", params={"id": str(former.patient_id)})
    assert answer.status_code == 200
    page = parsed(answer.text)
    found = page.findall(".//table[@class='found']/tbody/tr/th/a")
    assert [link.get("href") for link in found] == [f"/journeys/{one.episode_id}" for one in (latter, former)]
    assert str(elsewhere.episode_id) not in answer.text
    box = page.find(BOX)
    assert box is not None
    assert box.get("value") == str(former.patient_id)


async def test_nothing_tells_what_lies_elsewhere_from_what_does_not_exist(console: OpenConsole) -> None:
    there = await an_episode(console, OTHER_FACILITY)
    task = await continued(console, there, opened)
    for person in (COUNSELOR, STRANGER):
        browser = await console.signed_in(person)
        answers = set()
        for sought in (there.episode_id, there.patient_id, task, there.incoming[0].id, UUID(there.trace), new_id()):
            answer = await browser.get("/search", params={"id": str(sought)})
            (said,) = texts(parsed(answer.text), SAID)
            answers.add((answer.status_code, said.replace(str(sought), "it")))
        assert answers == {(404, "Nothing goes by the id it in your facilities.")}
        short = await browser.get("/search", params={"id": str(there.episode_id)[-8:]})
        assert short.status_code == 404
    operator = await console.signed_in(OPERATOR)
    assert (await operator.get("/search", params={"id": str(task)})).status_code == 303


@pytest.mark.parametrize(
    ("sought", "begins"),
    [
        ("", "Enter an id above."),
        ("jane@example.org", "jane@example.org is not an id."),
        ("<script>", "<script> is not an id."),
        ("0123", "0123 is not an id."),
    ],
)
async def test_what_is_no_id_is_answered_in_words(console: OpenConsole, sought: str, begins: str) -> None:
    browser = await console.signed_in(COUNSELOR)
    answer = await browser.get("/search", params={"id": sought})
    assert answer.status_code == 404
    (said,) = texts(parsed(answer.text), SAID)
    assert said.startswith(begins)


async def test_the_box_is_on_every_page_of_those_who_may_search(console: OpenConsole) -> None:
    episode = await an_episode(console)
    browser = await console.signed_in(COUNSELOR)
    for path in ("/journeys", "/worklist", "/messages", f"/journeys/{episode.episode_id}", "/search"):
        page = parsed((await browser.get(path)).text)
        form = page.find(".//form[@role='search']")
        assert form is not None
        assert (form.get("method"), form.get("action")) == ("get", "/search")
        assert texts(form, "label") == ["Search by id"]
    nurse = await console.signed_in(NURSE)
    assert parsed((await nurse.get("/worklist")).text).find(BOX) is None
    assert (await nurse.get("/search", params={"id": str(episode.episode_id)})).status_code == 403


async def test_a_search_leaves_an_audit_row(console: OpenConsole) -> None:
    episode = await an_episode(console)
    browser = await console.signed_in(COUNSELOR)
    await browser.get("/search", params={"id": str(episode.patient_id)})
    rows = await console.edge.rows("select subject, resource_id, outcome from audit where resource_kind = 'search'")
    assert [tuple(row) for row in rows] == [(str(COUNSELOR), episode.patient_id, "done")]
