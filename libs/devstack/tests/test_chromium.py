"""The browser that tests use really opens a page."""

from playwright.async_api import async_playwright

from stepwell_devstack.chromium import ARGUMENTS, find_chromium


async def test_a_page_opens_and_runs_its_script() -> None:
    browser = find_chromium()
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=browser.executable,
            args=list(ARGUMENTS),
            env={**browser.environment},
        )
        page = await running.new_page(locale="en-US")
        await page.set_content("<p id='p'>before</p><script>p.textContent = 'after'</script>")
        assert await page.text_content("#p") == "after"
        await running.close()
