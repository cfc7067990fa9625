"""The console by keyboard alone, and by addresses that somebody kept or passed on."""

import pytest
from playwright.async_api import expect

from stepwell_simulation import network
from stepwell_simulation.profile import Stratum
from tests.living.browsing import WAIT_MS, OpenContext, signed_in
from tests.living.lived import Lived

pytestmark = pytest.mark.timeout(600)

#: More than the links before the list.
MOST_TABS = 60

GOES_TO = {
    "n": "Now",
    "f": "Facilities",
    "j": "Journeys",
    "m": "Messages",
    "w": "Worklists",
    "i": "Figures",
}


async def test_a_list_is_reached_by_tabs_with_the_focus_in_sight(lived: Lived, open_context: OpenContext) -> None:
    watched = await signed_in(lived.outside.console, await open_context(), "/journeys?phase=aftercare")
    page = watched.page
    await watched.is_live()
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    assert await skip.evaluate("(link) => link.getBoundingClientRect().top >= 0")
    await page.keyboard.press("Enter")
    wanted = page.locator(f"#open-{lived.case(Stratum.IN_CRISIS).episode_id}")
    for _ in range(MOST_TABS):
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


async def test_g_and_a_letter_go_to_every_page(lived: Lived, open_context: OpenContext) -> None:
    watched = await signed_in(lived.outside.console, await open_context())
    page = watched.page
    for key, name in GOES_TO.items():
        await page.keyboard.press("g")
        await page.keyboard.press(key)
        await expect(page.get_by_role("heading", level=1)).to_have_text(name, timeout=WAIT_MS)
        await expect(watched.pages.locator("[aria-current=page]")).to_have_text(name)
        await watched.is_live()
    assert watched.troubles == []


async def test_a_slash_finds_a_journey_by_the_id_of_anything(lived: Lived, open_context: OpenContext) -> None:
    watched = await signed_in(lived.outside.console, await open_context(), "/worklist")
    page, case = watched.page, lived.case(Stratum.IN_CRISIS)
    timeline = (await lived.journey(Stratum.IN_CRISIS)).timeline
    message = next(entry for entry in timeline if entry.type == "message_sent")
    for identifier in (case.episode_id, message.facts["message_id"], str(case.episode_id)[-8:]):
        await watched.is_live()
        await page.keyboard.press("/")
        await expect(page.get_by_role("searchbox", name="Search by id")).to_be_focused()
        await page.keyboard.insert_text(str(identifier))
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/journeys/{case.episode_id}*")
        await expect(page.get_by_role("heading", level=1)).to_contain_text(str(case.episode_id)[-8:])
    assert watched.troubles == []


async def test_a_question_mark_shows_the_keys_and_typing_is_left_alone(lived: Lived, open_context: OpenContext) -> None:
    watched = await signed_in(lived.outside.console, await open_context(), "/journeys")
    page = watched.page
    await page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    await expect(keys).to_be_visible()
    for key, name in GOES_TO.items():
        await expect(keys.locator("dl > div").filter(has_text=name)).to_contain_text(key)
    await page.keyboard.press("Escape")
    await expect(keys).to_be_hidden()
    await page.keyboard.press("/")
    await page.keyboard.type("g?m")
    await expect(page.get_by_role("searchbox")).to_have_value("g?m")
    await expect(keys).to_be_hidden()
    assert page.url == f"{lived.outside.console}/journeys"
    assert watched.troubles == []


async def test_what_was_chosen_stands_in_the_address(lived: Lived, open_context: OpenContext) -> None:
    context = await open_context()
    watched = await signed_in(lived.outside.console, context, "/journeys")
    page = watched.page
    await page.locator("#in-aftercare").click()
    await page.locator(f"#at-{network.FACILITY}").click()
    address = page.url
    assert address.endswith(f"/journeys?phase=aftercare&facility_id={network.FACILITY}")
    listed = await page.locator("tbody tr").evaluate_all("rows => rows.map((row) => row.id)")
    assert f"journey-{lived.case(Stratum.IN_CRISIS).episode_id}" in listed
    await page.reload()
    for chip in ("#in-aftercare", f"#at-{network.FACILITY}"):
        await expect(page.locator(chip)).to_have_attribute("aria-current", "true")
    assert await page.locator("tbody tr").evaluate_all("rows => rows.map((row) => row.id)") == listed
    assert watched.troubles == []


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/journeys?phase=aftercare&overdue=true", "#due-passed"),
        ("/worklist?role=counselor", "#for-counselor"),
        ("/messages?state=delivered&template=appointment_reminder", "#of-appointment_reminder"),
        (f"/figures?facility_id={network.FACILITY}", f"#at-{network.FACILITY}"),
    ],
)
async def test_an_address_that_was_passed_on_opens_after_the_sign_in(
    lived: Lived, open_context: OpenContext, path: str, shown: str
) -> None:
    watched = await signed_in(lived.outside.console, await open_context(), path)
    await watched.is_live()
    await expect(watched.page.locator(shown)).to_have_attribute("aria-current", "true")
    assert watched.troubles == []
