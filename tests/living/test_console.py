"""The console as people use it, in a real Chromium: at a desk, on a tablet, while things move, past a kill."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize, expect

from stepwell_contracts.http.operations_network import MessageRow
from stepwell_kernel.codes import Channel
from stepwell_simulation import network
from stepwell_simulation.profile import Stratum
from stepwell_simulation.story import Story
from tests.living.browsing import (
    DESK,
    HARBORLIGHT_OPERATOR,
    OPERATOR,
    TABLET,
    WAIT_MS,
    OpenContext,
    Pictures,
    signed_in,
)
from tests.living.lived import Lived

pytestmark = pytest.mark.timeout(600)

#: A week of the run in which everybody was in care.
BUSY_WEEK = "2026-03-30"

#: What must be so on every page, whoever looks.
MUST: Mapping[str, str] = MappingProxyType(
    {
        "nothing reaches beyond the screen": "() => document.documentElement.scrollWidth <= innerWidth",
        "the foot covers what is scrolled under it": """() => {
          const foot = document.querySelector("footer"), box = foot.getBoundingClientRect();
          const across = [...Array(Math.floor(box.width / 4)).keys()].map((step) => box.left + 4 * step);
          return across.every((x) => foot.contains(document.elementFromPoint(x, box.top + box.height / 2)));
        }""",
        "headings go down by one level": """() => {
          const levels = [...document.querySelectorAll("h1, h2, h3")].map((one) => Number(one.tagName[1]));
          return levels.every((level, place) => place === 0 ? level === 1 : level <= levels[place - 1] + 1);
        }""",
        "every section has a name": """() => [...document.querySelectorAll("main section")].every(
          (one) => document.getElementById(one.getAttribute("aria-labelledby")).textContent.trim())""",
    }
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def admitted(lived: Lived) -> Story:
    """Somebody who has just been admitted, so that lists have young rows too."""
    story = await lived.referred()
    await story.reach()
    await story.admit()
    return story


async def message_read(lived: Lived) -> MessageRow:
    """The last e-mail that went to a patient; its id is part of the letter's."""
    operator = await lived.outside.person(network.OPERATOR)
    sent = (await operator.operations.messages(state="sent", limit=500)).messages
    emails = [message for message in sent if message.channel == Channel.EMAIL]
    assert emails
    return emails[0]


async def pages_of(lived: Lived) -> dict[str, str]:
    """Where each page is that follows what changes."""
    episode_id, message = lived.case(Stratum.IN_CRISIS).episode_id, await message_read(lived)
    return {
        "now": "/",
        "facilities": "/facilities",
        "facility": f"/facilities/{network.FACILITY}?week={BUSY_WEEK}",
        "journeys": "/journeys",
        "journey": f"/journeys/{episode_id}",
        "message": f"/journeys/{message.episode_id}?about={message.message_id}",
        "messages": "/messages",
        "worklists": "/worklist",
        "figures": "/figures",
    }


async def faults_of(page: Page) -> list[str]:
    """What is not so on the page; landmarks and the one heading are waited for."""
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for landmark in ("banner", "main", "contentinfo"):
        await expect(page.get_by_role(landmark)).to_have_count(1)
    await expect(page.get_by_role("navigation", name="Pages", exact=True)).to_have_count(1)
    return [rule for rule, script in MUST.items() if not await page.evaluate(script)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, TABLET], ids=["desk", "tablet"])
async def test_every_page_fits_the_screen_in_light_and_dark(
    lived: Lived,
    open_context: OpenContext,
    pictures: Pictures,
    admitted: Story,
    screen: ViewportSize,
    scheme: str,
) -> None:
    watched = await signed_in(lived.outside.console, await open_context(viewport=screen, color_scheme=scheme))
    page, faults = watched.page, dict[str, list[str]]()
    for name, path in (await pages_of(lived)).items():
        await watched.open(path)
        faults[name] = await faults_of(page)
        await pictures.take(page, f"{name}-{screen['width']}-{scheme}")
        if name == "now" and (screen, scheme) == (DESK, "light"):
            await pictures.show(page, "now")
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    lightness = sum(int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(","))
    assert (lightness > 384) == (scheme == "light")
    assert ({name: found for name, found in faults.items() if found}, watched.troubles) == ({}, [])


@pytest.mark.parametrize("screen", [DESK, TABLET], ids=["desk", "tablet"])
async def test_the_full_week_of_a_large_facility_fits(
    lived: Lived, open_context: OpenContext, pictures: Pictures, screen: ViewportSize
) -> None:
    context = await open_context(viewport=screen)
    watched = await signed_in(lived.outside.console, context, person=HARBORLIGHT_OPERATOR)
    case = lived.case(Stratum.COMPLETED)
    await watched.open(f"/facilities/{case.house.facility_id}?week={BUSY_WEEK}")
    assert await faults_of(watched.page) == []
    week = watched.page.get_by_role("group", name="Sessions of the week")
    assert await week.locator(".slot").count() >= len(case.house.series)
    await pictures.take(watched.page, f"facility-large-{screen['width']}-light")
    if screen == DESK:
        await pictures.show(watched.page, "facility")
    assert watched.troubles == []


async def test_one_patient_is_followed_from_referral_to_step_down(
    lived: Lived, open_context: OpenContext, pictures: Pictures
) -> None:
    watched = await signed_in(lived.outside.console, await open_context(), person=HARBORLIGHT_OPERATOR)
    page, episode_id = watched.page, lived.case(Stratum.COMPLETED).episode_id
    await watched.open("/journeys")
    await page.locator(f"#open-{episode_id}").click()
    way = page.get_by_role("list", name="Way of the journey")
    for phase in ("referral", "screening", "admission", "treatment", "step-down", "aftercare"):
        step = way.get_by_role("listitem").filter(has_text=phase)
        await expect(step.get_by_role("time")).to_have_count(1)
    await expect(way.locator("[aria-current=step]")).to_contain_text("aftercare")
    await watched.is_live()
    await pictures.show(page, "journey")
    await page.get_by_role("link", name="Show all").click()
    timeline = page.get_by_role("region", name="Timeline")
    await expect(timeline.locator("tbody.past > tr").last).to_contain_text("Referral received")
    told = (await timeline.locator("tbody.past > tr > th[scope=row]").all_inner_texts())[::-1]
    steps = ("Referral received", "First contact", "Level of care decided", "Admission decided", "Step-down decided")
    found = [told.index(step) for step in steps]
    assert found == sorted(found)
    turns = await timeline.locator("tr.turn").all_inner_texts()
    assert any("step-down" in turn and "from treatment" in turn for turn in turns)
    assert watched.troubles == []


async def test_one_message_is_read(lived: Lived, open_context: OpenContext, pictures: Pictures) -> None:
    watched = await signed_in(lived.outside.console, await open_context())
    page, message = watched.page, await message_read(lived)
    await watched.open(f"/messages?episode_id={message.episode_id}")
    await page.locator("#in-sent").click()
    await page.locator(f"#open-{message.message_id}").click()
    await page.wait_for_url(f"**/journeys/{message.episode_id}?about={message.message_id}")
    timeline = page.get_by_role("region", name="Timeline")
    await expect(timeline.get_by_role("row").filter(has_text="Message sent")).to_contain_text("e-mail")
    await pictures.show(page, "message")
    assert watched.troubles == []
    await page.goto(f"{lived.outside.url('mailbox')}/?still")
    letter = page.get_by_role("article").filter(has_text=str(message.message_id))
    while not await letter.count():
        await page.get_by_role("link", name="Older").click()
    await expect(letter.locator("pre")).to_contain_text("Riverbend Center")


async def test_a_person_sees_a_journey_move_and_reads_its_timeline(lived: Lived, open_context: OpenContext) -> None:
    story = await lived.referred()
    watched = await signed_in(lived.outside.console, await open_context())
    page = watched.page
    await expect(page.get_by_role("heading", name="Now", level=1)).to_be_visible()
    await expect(page.locator("#part-intake")).to_contain_text("ready", timeout=WAIT_MS)
    await expect(page.locator(f"#journey-{story.episode_id}")).to_be_visible(timeout=WAIT_MS)
    await page.get_by_role("link", name="Journeys", exact=True).click()
    row = page.locator(f"#journey-{story.episode_id}")
    await expect(row).to_contain_text("referral", timeout=WAIT_MS)
    await watched.is_live()
    await story.reach()
    await expect(row).to_contain_text("screening", timeout=WAIT_MS)
    await story.admit()
    await expect(row).to_contain_text("treatment", timeout=WAIT_MS)
    await row.get_by_role("link").click()
    await watched.is_live()
    await watch_the_journey(page, story)
    assert watched.troubles == []


async def watch_the_journey(page: Page, story: Story) -> None:
    """What a page of a journey shows while doses are given and seats booked; then one trace of it."""
    here = page.get_by_role("list", name="Way of the journey").locator("[aria-current=step]")
    await expect(here).to_contain_text("treatment")
    timeline = page.get_by_role("region", name="Timeline")
    for said in ("Referral received", "First contact", "Admission decided"):
        await expect(timeline).to_contain_text(said)
    await expect(timeline.locator("tbody.ahead tr").filter(has_text="Close of the week")).to_contain_text(
        "by the journey itself", timeout=WAIT_MS
    )
    await story.medicate()
    await expect(timeline.get_by_role("row").filter(has_text="Dose observed")).to_contain_text("4 mg", timeout=WAIT_MS)
    assert await story.book()
    await expect(page.get_by_role("region", name="Episode")).to_contain_text("Next session", timeout=WAIT_MS)
    admitted = timeline.get_by_role("row").filter(has_text="Admission decided")
    await admitted.get_by_role("link").click()
    await expect(page.locator("main")).to_contain_text("of trace")
    await expect(timeline).to_contain_text("Admission decided")
    await expect(timeline).not_to_contain_text("Referral received")


async def test_focus_stays_where_it_is_while_rows_move(lived: Lived, open_context: OpenContext) -> None:
    watched = await signed_in(lived.outside.console, await open_context(), "/journeys")
    page = watched.page
    await watched.is_live()
    held = page.locator(f"#open-{lived.case(Stratum.IN_CRISIS).episode_id}")
    await held.focus()
    other = await lived.referred()
    await expect(page.locator("tbody tr").first).to_have_id(f"journey-{other.episode_id}", timeout=WAIT_MS)
    await expect(held).to_be_focused()
    assert watched.troubles == []


async def test_it_reads_the_same_without_script(lived: Lived, open_context: OpenContext) -> None:
    context = await open_context(java_script_enabled=False)
    page = (await signed_in(lived.outside.console, context, "/journeys")).page
    await page.locator(f"#open-{lived.case(Stratum.DECLINED).episode_id}").click()
    await expect(page.get_by_role("region", name="Timeline")).to_contain_text("Referral received")
    await page.get_by_role("link", name="Now", exact=True).click()
    await expect(page.get_by_role("region", name="Journeys by phase")).to_contain_text("referral")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name=OPERATOR)).to_be_visible()
    await page.goto(f"{lived.outside.console}/journeys")
    await expect(page.get_by_role("button", name=OPERATOR)).to_be_visible()


async def test_signing_out_in_one_window_ends_the_other(lived: Lived, open_context: OpenContext) -> None:
    context = await open_context()
    watched = await signed_in(lived.outside.console, context)
    await watched.is_live()
    other = await context.new_page()
    await other.goto(lived.outside.console)
    await other.get_by_role("button", name="Sign out").click()
    await expect(watched.page.get_by_role("button", name=OPERATOR)).to_be_visible(timeout=WAIT_MS)
    assert watched.troubles == []


async def test_an_open_page_goes_on_when_the_process_behind_it_was_killed(
    lived: Lived, open_context: OpenContext
) -> None:
    story = await lived.referred()
    watched = await signed_in(lived.outside.console, await open_context(), f"/journeys/{story.episode_id}")
    page = watched.page
    await watched.is_live()
    lived.supervisor.kill("operations")
    await expect(page.locator("#link")).to_have_text("reconnecting", timeout=WAIT_MS)
    await story.reach()
    await watched.is_live()
    await expect(page.get_by_role("region", name="Timeline")).to_contain_text("First contact", timeout=WAIT_MS)
    assert [trouble for trouble in watched.troubles if "ERR_" not in trouble] == []
