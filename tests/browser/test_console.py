"""The console as a person uses it, in a real Chromium: sign in, watch a journey move, open its timeline."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, ConsoleMessage, Page, async_playwright, expect

from stepwell_devstack.chromium import ARGUMENTS, find_chromium
from stepwell_simulation.demo import open_story
from tests.conftest import Whole

pytestmark = pytest.mark.timeout(180)

PERSON = "Devon Marsh"
WAIT_MS = 20_000


@dataclass
class Watched:
    """A page, with every error that it reported: scripts, content policy, failed requests."""

    page: Page
    console: str
    troubles: list[str] = field(default_factory=list)

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(message.text)


@pytest_asyncio.fixture(loop_scope="session")
async def context() -> AsyncIterator[BrowserContext]:
    """A fresh browser with a desk's screen."""
    browser = find_chromium()
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=browser.executable, args=list(ARGUMENTS), env={**browser.environment}
        )
        yield await running.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
        await running.close()


async def signed_in(whole: Whole, context: BrowserContext) -> Watched:
    watched = Watched(await context.new_page(), whole.outside.console)
    watched.page.on("console", watched.note)
    watched.page.on("pageerror", lambda error: watched.troubles.append(str(error)))
    await watched.page.goto(watched.console)
    await watched.page.get_by_role("button", name=PERSON).click()
    await expect(watched.page.get_by_role("heading", name="Now", level=1)).to_be_visible(timeout=WAIT_MS)
    return watched


async def test_a_person_sees_a_journey_move_and_reads_its_timeline(
    whole: Whole, context: BrowserContext, pytestconfig: pytest.Config
) -> None:
    shots = Path(pytestconfig.rootpath) / "test-results"
    story = await open_story(whole.outside, lambda _: None)
    await story.refer()
    watched = await signed_in(whole, context)
    page = watched.page
    await page.screenshot(path=shots / "now.png", full_page=True)

    await page.get_by_role("link", name="Journeys", exact=True).click()
    row = page.get_by_role("row").filter(has=page.locator(f"a[href$='{story.episode_id}']"))
    await expect(row).to_contain_text("referral", timeout=WAIT_MS)
    await story.reach()
    await expect(row).to_contain_text("screening", timeout=WAIT_MS)
    await story.admit()
    await expect(row).to_contain_text("treatment", timeout=WAIT_MS)
    await page.screenshot(path=shots / "journeys.png", full_page=True)

    await row.locator(f"a[href$='{story.episode_id}']").first.click()
    timeline = page.locator("table.timeline, [aria-label='Timeline'], section:has(h2:text('Timeline'))").first
    await expect(timeline).to_contain_text("Referral received", timeout=WAIT_MS)
    await expect(timeline).to_contain_text("Admission decided", timeout=WAIT_MS)
    await story.medicate()
    await expect(timeline).to_contain_text("Dose observed", timeout=WAIT_MS)
    await page.screenshot(path=shots / "journey.png", full_page=True)
    assert watched.troubles == []


async def test_every_page_forbids_foreign_scripts_and_needs_a_person(whole: Whole, context: BrowserContext) -> None:
    page = await context.new_page()
    answer = await page.goto(f"{whole.outside.console}/journeys")
    assert answer is not None
    assert "/authorize" in page.url
    watched = await signed_in(whole, context)
    now = await watched.page.goto(watched.console)
    assert now is not None
    policy = (await now.all_headers())["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert watched.troubles == []
