"""The console in a Chromium: people who are signed in, all that their pages complain of, and pictures of them."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, ViewportSize, expect

WAIT_MS = 20_000
DESK: ViewportSize = {"width": 1280, "height": 800}
TABLET: ViewportSize = {"width": 768, "height": 1024}

OPERATOR = "Devon Marsh"
HARBORLIGHT_OPERATOR = "Wren Takahashi"
SUPERVISOR = "Casey Lindholm"
NURSE = "Riley Chen"

#: Violations are reported to the page's console as well; the event names the directive.
LISTEN = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`));
"""

OpenContext = Callable[..., Awaitable[BrowserContext]]


@dataclass
class Watched:
    """A page of the console, with every trouble that it reported: scripts, content policy, failed requests."""

    page: Page
    console: str
    troubles: list[str] = field(default_factory=list)

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(message.text)

    async def goto(self, path: str) -> int:
        """Open a page of the console; its status."""
        answer = await self.page.goto(f"{self.console}{path}")
        assert answer is not None
        return answer.status

    async def open(self, path: str) -> None:
        """Open a page that must be there, and wait until its stream is."""
        assert await self.goto(path) == 200, path
        await self.is_live()

    async def is_live(self) -> None:
        """Wait until the page's stream is there."""
        await expect(self.page.locator("#link")).to_have_text("live", timeout=WAIT_MS)

    @property
    def pages(self) -> Locator:
        """The navigation between pages."""
        return self.page.get_by_role("navigation", name="Pages", exact=True)


async def signed_in(console: str, context: BrowserContext, path: str = "/", *, person: str = OPERATOR) -> Watched:
    """A page of the console, reached through the sign-in, which leads back to where one wanted to go."""
    watched = Watched(await context.new_page(), console)
    watched.page.on("console", watched.note)
    watched.page.on("pageerror", lambda error: watched.troubles.append(str(error)))
    await watched.page.goto(f"{console}{path}")
    await watched.page.get_by_role("button", name=person).click()
    await watched.page.wait_for_url(f"{console}{path}")
    return watched


@dataclass(frozen=True)
class Pictures:
    """Where pictures of pages are left for whoever wants to look, and those that the README shows.

    The latter belong to the tree, so they are drawn again only for who asks for it by STEPWELL_README_IMAGES.
    """

    folder: Path
    readme: Path

    async def take(self, page: Page, name: str) -> None:
        """A picture of the whole page."""
        await page.screenshot(path=self.folder / f"{name}.png", full_page=True)

    async def show(self, page: Page, name: str) -> None:
        """A picture of what one sees without scrolling."""
        folder = self.readme if os.environ.get("STEPWELL_README_IMAGES") == "1" else self.folder
        await page.screenshot(path=folder / f"console-{name}.png")
