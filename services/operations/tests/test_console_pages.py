"""The pages as a browser without script gets them: what they show, to whom, and what the browser is told about them."""

from datetime import timedelta

import httpx2
import pytest

from services.operations.tests.episode_events import Episode, into_treatment, reference, week_of_care
from services.operations.tests.open_console import (
    COUNSELOR,
    FACILITY,
    NURSE,
    OPERATOR,
    OTHER_FACILITY,
    STRANGER,
    OpenConsole,
    check_markup,
    parsed,
    project,
    texts,
)
from services.operations.tests.test_console_stream import following, next_of
from stepwell_kernel.codes import Phase, Role, TaskKind
from stepwell_kernel.ids import new_id

HERE = ".//*[@aria-current]"


async def referred_here(console: OpenConsole) -> Episode:
    """A clinic with one episode in treatment, which has an overdue task."""
    now = console.edge.clock.now()
    episode = week_of_care(into_treatment(Episode(FACILITY, now - timedelta(days=9, hours=5))), missed=1)
    episode.open_task(TaskKind.WEEKLY_HOURS_SHORT, Role.COUNSELOR, days=-1)
    episode.open_task(TaskKind.STEP_DOWN_REVIEW, Role.SUPERVISOR, days=4)
    episode.book(now + timedelta(days=2))
    clinic = reference(FACILITY, "Riverbend Center", "America/New_York", now - timedelta(days=90))
    await project(console.edge, [*clinic, *episode.incoming])
    return episode


async def test_now_shows_platform_funnel_tasks_and_latest_changes(console: OpenConsole) -> None:
    episode = await referred_here(console)
    browser = await console.signed_in(OPERATOR)
    page = parsed((await browser.get("/")).text)
    assert texts(page, ".//h1") == ["Now"]
    assert texts(page, ".//nav[@aria-label='Pages']//*[@aria-current]") == ["Now"]
    medication, operations = texts(page, ".//ul[@class='parts']/li")
    assert medication == "medication not ready · does not answer"
    assert operations.startswith("operations ready · nothing waits outbox 0.0 s · started ")
    assert texts(page, ".//dl[@class='figures']/div/dd")[:5] == ["1", "1", "2", "1", "0 from 1 of 2 parts"]
    funnel = texts(page, ".//table[@class='funnel']/tbody/tr")
    assert len(funnel) == 7
    assert funnel[3] == "treatment 1 1 8 d 4 h"
    tasks = page.find(".//section[@aria-labelledby='waiting-heading']//tbody")
    assert tasks is not None
    assert [row[:18] for row in texts(tasks, "tr")] == ["weekly hours short", "step-down review s"]
    assert page.find(f".//tr[@id='journey-{episode.episode_id}']") is not None
    footer = texts(page, ".//footer")[0]
    assert "Domain time Mon 2 Mar 2026 12:00" in footer
    assert "America/New_York" in footer
    assert "not ready: medication" in footer


async def test_a_journey_shows_its_way_tasks_weeks_and_timeline(console: OpenConsole) -> None:
    episode = await referred_here(console)
    browser = await console.signed_in(COUNSELOR)
    page = parsed((await browser.get(f"/journeys/{episode.episode_id}")).text)
    way = page.findall(".//ol[@class='way']/li")
    assert [step.get("class") for step in way] == ["done", "done", "done", "here", "ahead", "ahead", "ahead"]
    assert texts(page, ".//ol[@class='way']/li[@aria-current='step']") == ["treatment stabilize 22 Feb 2026"]
    facts = dict(zip(texts(page, ".//dl[@class='facts']//dt"), texts(page, ".//dl[@class='facts']//dd"), strict=True))
    assert facts["Facility"] == "Riverbend Center"
    assert facts["Program"] == "IOP · level 2.1 · 9 h a week"
    assert facts["Sessions"] == "3 attended, 1 missed, 1 ahead"
    assert facts["Next session"] == "group therapy Wed 4 Mar 2026 12:00"
    assert facts["Id"] == str(episode.episode_id)
    assert texts(page, ".//table[@class='weeks']/tbody/tr") == ["22 Feb 2026 6 h 9 h"]
    entries = page.findall(".//table[@class='timeline']/tbody[@class='past']/tr")
    assert len(entries) == len(episode.incoming)
    booked = episode.incoming[-1]
    newest = " ".join("".join(entries[0].itertext()).split())
    assert newest.endswith(f"Seat booked group therapy Wed 4 Mar 12:00 scheduling 10 {episode.trace[-8:]}")
    assert entries[0].get("id") == f"entry-{booked.id}"
    assert not any("bad" in (cell.get("class") or "") for cell in page.findall(".//tr//td"))


async def test_a_timeline_can_be_narrowed_to_a_trace_and_shown_whole(console: OpenConsole) -> None:
    episode = Episode(FACILITY, console.edge.clock.now() - timedelta(days=40)).refer()
    for _ in range(160):
        episode.later(hours=1).close_task(new_id())
    last = episode.trace
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(OPERATOR)
    path = f"/journeys/{episode.episode_id}"
    page = parsed((await browser.get(path)).text)
    assert len(page.findall(".//table[@class='timeline']/tbody[@class='past']/tr")) == 150
    assert texts(page, ".//p[@class='more']/a") == ["Show all 161 entries"]
    whole = parsed((await browser.get(path, params={"whole": "true"})).text)
    assert len(whole.findall(".//table[@class='timeline']/tbody[@class='past']/tr")) == 161
    async with following(browser, f"{path}?whole=true") as stream:
        assert (await next_of(stream, "live")).data.count('<tr id="entry-') == 161
    link = page.find(".//table[@class='timeline']//a")
    assert link is not None
    assert link.get("href") == f"{path}?trace_id={last}"
    traced = parsed((await browser.get(link.get("href") or "")).text)
    assert len(traced.findall(".//table[@class='timeline']/tbody[@class='past']/tr")) == 1


async def test_journeys_are_filtered_by_links_and_paged(console: OpenConsole) -> None:
    episodes = [Episode(FACILITY, console.edge.clock.now()).refer() for _ in range(52)]
    episodes[0].later(hours=-1).enter(Phase.ON_HOLD)
    await project(console.edge, [one for episode in episodes for one in episode.incoming])
    browser = await console.signed_in(OPERATOR)
    page = parsed((await browser.get("/journeys")).text)
    assert texts(page, ".//p[@class='count']") == ["52 journeys, the latest changed first"]
    assert len(page.findall(".//table/tbody/tr")) == 50
    phases = texts(page, ".//nav[@aria-label='Phase']/a")
    assert (phases[0], phases[1], phases[-1]) == ("all 52", "referral 51", "on hold 1")
    older = page.find(".//nav[@aria-label='Further pages']/a")
    assert older is not None
    assert len(parsed((await browser.get(older.get("href") or "")).text).findall(".//table/tbody/tr")) == 2
    held = parsed((await browser.get("/journeys?phase=on_hold")).text)
    assert texts(held, ".//nav[@aria-label='Phase']/a[@aria-current]") == ["on hold 1"]
    assert held.find(f".//tr[@id='journey-{episodes[0].episode_id}']") is not None


async def test_a_person_sees_their_facilities_only(console: OpenConsole) -> None:
    here, there = (Episode(facility, console.edge.clock.now()).refer() for facility in (FACILITY, OTHER_FACILITY))
    there.open_task(TaskKind.REFERRAL_CONTACT, Role.INTAKE_COORDINATOR, days=1)
    await project(console.edge, [*here.incoming, *there.incoming])
    browser = await console.signed_in(COUNSELOR)
    for path in ("/", "/journeys"):
        text = (await browser.get(path)).text
        assert str(here.episode_id) in text
        assert str(there.episode_id) not in text
    now = parsed((await browser.get("/")).text)
    assert texts(now, ".//dl[@class='figures']/div/dd")[:3] == ["1", "0", "0"]
    refused = await browser.get(f"/journeys/{there.episode_id}")
    assert refused.status_code == 403
    assert "outside of your facilities" in refused.text
    elsewhere = await console.signed_in(STRANGER)
    assert str(here.episode_id) not in (await elsewhere.get("/journeys")).text
    assert (await elsewhere.get(f"/journeys/{here.episode_id}")).status_code == 404


async def test_looking_at_a_page_leaves_an_audit_row(console: OpenConsole) -> None:
    episode = await referred_here(console)
    browser = await console.signed_in(COUNSELOR)
    await browser.get(f"/journeys/{episode.episode_id}")
    rows = await console.edge.rows("select subject, resource_id, outcome from audit where resource_kind = 'journey'")
    assert [tuple(row) for row in rows] == [(str(COUNSELOR), episode.episode_id, "done")]


SCRIPTS = ["/static/keys.js", "/static/live.js"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self' {issuer}; base-uri 'none'; frame-ancestors 'none'"
)


async def test_browsers_are_told_to_run_nothing_but_our_files(console: OpenConsole) -> None:
    browser = await console.signed_in(OPERATOR)
    for path in ("/", "/journeys", "/static/live.js", "/static/console.css", f"/journeys/{new_id()}", "/live"):
        headers = (await browser.get(path)).headers
        assert headers["content-security-policy"] == POLICY.format(issuer=console.issuer.url)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"


async def test_pages_are_accessible_hold_nothing_inline_and_are_not_kept(console: OpenConsole) -> None:
    episode = await referred_here(console)
    browser = await console.signed_in(OPERATOR)
    for path in ("/", "/worklist", "/journeys", f"/journeys/{episode.episode_id}"):
        answer = await browser.get(path)
        assert answer.headers["cache-control"] == "no-store"
        page = parsed(answer.text)
        assert [script.get("src", "").partition("?")[0] for script in page.findall(".//script")] == SCRIPTS
        assert page.find(".//table") is not None
        check_markup(page)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/journeys/nonsense", 404, "There is nothing here"),
        ("/journeys/0193a000-0000-7000-8000-00000000ffff", 404, "There is no such journey."),
        ("/journeys?phase=bliss", 422, "The page cannot show what the address asks for in phase."),
        ("/journeys?cursor=abc", 422, "The cursor is not one of ours."),
    ],
)
async def test_what_cannot_be_shown_is_a_page_too(console: OpenConsole, path: str, status: int, said: str) -> None:
    browser = await console.signed_in(OPERATOR)
    answer = await browser.get(path)
    assert answer.status_code == status
    assert said in answer.text
    assert texts(parsed(answer.text), ".//form[@action='/sign-out']/span") == ["Devon Marsh"]


async def test_an_unknown_address_leads_on_for_people_and_is_a_document_for_programs(console: OpenConsole) -> None:
    operator = await console.signed_in(OPERATOR)
    for path in ("/worklists", "/v1/nothing"):
        answer = await operator.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert (answer.status_code, answer.headers["X-Problem-Code"]) == (404, "no_such_page"), path
        assert parsed(answer.text).find(".//nav[@aria-label='Pages']/a[@href='/worklist']") is not None
        told = await operator.get(path, headers={"Accept": "application/json"})
        assert (told.status_code, told.json()["code"]) == (404, "not_found"), path
    answer = await operator.post("/journeys", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


async def test_a_nurse_is_told_that_this_is_not_open_and_can_sign_out(console: OpenConsole) -> None:
    browser = await console.signed_in(NURSE)
    for path in ("/journeys", "/figures"):
        answer = await browser.get(path)
        assert answer.status_code == 403
        assert "Your roles do not open this page." in answer.text
        assert parsed(answer.text).find(".//form[@action='/sign-out']") is not None


async def test_data_of_users_cannot_become_markup(console: OpenConsole) -> None:
    now = console.edge.clock.now()
    clinic = reference(FACILITY, "<script>alert(1)</script> & Co", "America/New_York", now)
    episode = Episode(FACILITY, now).refer()
    await project(console.edge, [*clinic, *episode.incoming])
    browser = await console.signed_in(OPERATOR)
    answer: httpx2.Response = await browser.get("/journeys")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in answer.text
