"""The console as people use it, in a real Chromium: by mouse, by keyboard, on a tablet, without script, past a kill."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from stepwell_devstack.chromium import ARGUMENTS, find_chromium
from stepwell_simulation.demo import open_story
from stepwell_simulation.story import Story
from tests.conftest import Whole

pytestmark = pytest.mark.timeout(180)

OPERATOR = "Devon Marsh"
NURSE = "Riley Chen"
WAIT_MS = 20_000
DESK = {"width": 1280, "height": 900}
TABLET = {"width": 820, "height": 1180}

#: Violations are reported to the page's console as well; the event names the directive.
LISTEN = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`));
"""

OpenContext = Callable[..., Awaitable[BrowserContext]]


@dataclass
class Watched:
    """A page, with every trouble that it reported: scripts, content policy, failed requests."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(message.text)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """A Chromium."""
    found = find_chromium()
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=found.executable, args=list(ARGUMENTS), env={**found.environment}
        )
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_context(chromium: Browser) -> AsyncIterator[OpenContext]:
    """Opens a browser of its own, with its own cookies."""
    opened: list[BrowserContext] = []

    async def open_one(**options: object) -> BrowserContext:
        context = await chromium.new_context(**{"locale": "en-US", "viewport": DESK, **options})  # type: ignore[arg-type]
        await context.add_init_script(LISTEN)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        await context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shots(pytestconfig: pytest.Config) -> Path:
    """Where screenshots are left for whoever wants to look."""
    folder = Path(pytestconfig.rootpath) / "test-results"
    folder.mkdir(exist_ok=True)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def story(whole: Whole) -> Story:
    """An open clinic and a referral."""
    story = await open_story(whole.outside, lambda _: None)
    await story.refer()
    return story


async def signed_in(whole: Whole, context: BrowserContext, path: str = "/", *, person: str = OPERATOR) -> Watched:
    """A page of the console, reached through the sign-in."""
    watched = Watched(await context.new_page())
    watched.page.on("console", watched.note)
    watched.page.on("pageerror", lambda error: watched.troubles.append(str(error)))
    await watched.page.goto(f"{whole.outside.console}{path}")
    await watched.page.get_by_role("button", name=person).click()
    await watched.page.wait_for_url(f"{whole.outside.console}{path}")
    return watched


async def is_live(page: Page) -> None:
    """Wait until the page's stream is there."""
    await expect(page.locator("#link")).to_have_text("live", timeout=WAIT_MS)


async def test_a_person_sees_a_journey_move_and_reads_its_timeline(
    whole: Whole, open_context: OpenContext, shots: Path
) -> None:
    story = await open_story(whole.outside, lambda _: None)
    await story.refer()
    watched = await signed_in(whole, await open_context())
    page = watched.page
    await expect(page.get_by_role("heading", name="Now", level=1)).to_be_visible()
    await expect(page.locator("#part-intake")).to_contain_text("ready", timeout=WAIT_MS)
    await expect(page.locator(f"#journey-{story.episode_id}")).to_be_visible(timeout=WAIT_MS)
    await page.screenshot(path=shots / "now.png")

    await page.get_by_role("link", name="Journeys", exact=True).click()
    row = page.locator(f"#journey-{story.episode_id}")
    await expect(row).to_contain_text("referral", timeout=WAIT_MS)
    await is_live(page)
    await story.reach()
    await expect(row).to_contain_text("screening", timeout=WAIT_MS)
    await story.admit()
    await expect(row).to_contain_text("treatment", timeout=WAIT_MS)
    await page.screenshot(path=shots / "journeys.png")

    await row.get_by_role("link").click()
    here = page.get_by_role("list", name="Way of the journey").locator("[aria-current=step]")
    await expect(here).to_contain_text("treatment")
    timeline = page.get_by_role("region", name="Timeline")
    for said in ("Referral received", "First contact", "Admission decided"):
        await expect(timeline).to_contain_text(said)
    ahead = page.get_by_role("region", name="Ahead")
    await expect(ahead.get_by_role("row").filter(has_text="close of the week")).to_contain_text(
        "by the journey itself", timeout=WAIT_MS
    )
    await expect(page.get_by_role("region", name="Open tasks")).to_contain_text("plan signature")
    await is_live(page)
    await story.medicate()
    await expect(timeline.get_by_role("row").filter(has_text="Dose observed")).to_contain_text("4 mg", timeout=WAIT_MS)
    await story.book()
    await expect(page.get_by_role("region", name="Episode")).to_contain_text("Next session", timeout=WAIT_MS)
    await page.screenshot(path=shots / "journey.png")

    admitted = timeline.get_by_role("row").filter(has_text="Admission decided")
    await admitted.get_by_role("link").click()
    await expect(page.locator("main")).to_contain_text("of trace")
    await expect(timeline).to_contain_text("Admission decided")
    await expect(timeline).not_to_contain_text("Referral received")
    assert watched.troubles == []


async def test_it_can_be_used_by_keyboard_alone(whole: Whole, open_context: OpenContext, story: Story) -> None:
    watched = await signed_in(whole, await open_context(), "/journeys")
    page = watched.page
    await is_live(page)
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    assert await skip.evaluate("(link) => link.getBoundingClientRect().top >= 0")
    await page.keyboard.press("Enter")
    wanted = page.locator(f"#open-{story.episode_id}")
    for _ in range(60):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        style = await focused.evaluate("(element) => getComputedStyle(element).outlineStyle")
        assert style == "solid", f"{await focused.inner_text()} shows no focus"
        if await wanted.evaluate("(link) => link === document.activeElement"):
            break
    await expect(wanted).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Journey")
    assert watched.troubles == []


async def test_focus_stays_where_it_is_while_rows_move(whole: Whole, open_context: OpenContext, story: Story) -> None:
    watched = await signed_in(whole, await open_context(), "/journeys")
    page = watched.page
    await is_live(page)
    held = page.locator(f"#open-{story.episode_id}")
    await held.focus()
    other = await open_story(whole.outside, lambda _: None)
    await other.refer()
    await expect(page.locator("tbody tr").first).to_have_id(f"journey-{other.episode_id}", timeout=WAIT_MS)
    await expect(held).to_be_focused()
    assert watched.troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, TABLET], ids=["desk", "tablet"])
async def test_pages_fit_the_screen_in_light_and_dark(
    whole: Whole, open_context: OpenContext, story: Story, shots: Path, screen: dict[str, int], scheme: str
) -> None:
    context = await open_context(viewport=screen, color_scheme=scheme)
    watched = await signed_in(whole, context)
    page = watched.page
    for name, path in (
        ("now", "/"),
        ("journeys", "/journeys"),
        ("worklist", "/worklist"),
        ("journey", f"/journeys/{story.episode_id}"),
    ):
        await page.goto(f"{whole.outside.console}{path}")
        await is_live(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide"
        await page.screenshot(path=shots / f"{name}-{screen['width']}-{scheme}.png", full_page=True)
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    lightness = sum(int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(","))
    assert (lightness > 384) == (scheme == "light")
    assert watched.troubles == []


async def test_it_reads_the_same_without_script(whole: Whole, open_context: OpenContext, story: Story) -> None:
    context = await open_context(java_script_enabled=False)
    page = (await signed_in(whole, context, "/journeys")).page
    await page.locator(f"#open-{story.episode_id}").click()
    await expect(page.get_by_role("region", name="Timeline")).to_contain_text("Referral received")
    await page.get_by_role("link", name="Now", exact=True).click()
    await expect(page.get_by_role("region", name="Journeys by phase")).to_contain_text("referral")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name=OPERATOR)).to_be_visible()
    await page.goto(f"{whole.outside.console}/journeys")
    await expect(page.get_by_role("button", name=OPERATOR)).to_be_visible()


async def test_signing_out_in_one_window_ends_the_other(whole: Whole, open_context: OpenContext) -> None:
    context = await open_context()
    watched = await signed_in(whole, context)
    await is_live(watched.page)
    other = await context.new_page()
    await other.goto(whole.outside.console)
    await other.get_by_role("button", name="Sign out").click()
    await expect(watched.page.get_by_role("button", name=OPERATOR)).to_be_visible(timeout=WAIT_MS)
    assert watched.troubles == []


async def test_who_may_not_look_is_told_so(whole: Whole, open_context: OpenContext) -> None:
    watched = await signed_in(whole, await open_context(), person=NURSE)
    page = watched.page
    await expect(page.get_by_role("heading", level=1)).to_have_text("This is not open to you")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name=NURSE)).to_be_visible()


async def test_an_open_page_goes_on_when_the_process_behind_it_was_killed(
    whole: Whole, open_context: OpenContext, story: Story
) -> None:
    watched = await signed_in(whole, await open_context(), f"/journeys/{story.episode_id}")
    page = watched.page
    await is_live(page)
    whole.supervisor.kill("operations")
    await expect(page.locator("#link")).to_have_text("reconnecting", timeout=WAIT_MS)
    await story.reach()
    await is_live(page)
    await expect(page.get_by_role("region", name="Timeline")).to_contain_text("First contact", timeout=WAIT_MS)
    assert [trouble for trouble in watched.troubles if "ERR_" not in trouble] == []
