"""Who sees what on the console: pages by role; rows, counts and search by facility and organisation."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from playwright.async_api import Page, expect

from stepwell_simulation import harborlight, hillside, network
from stepwell_simulation.profile import Stratum
from tests.living.browsing import HARBORLIGHT_OPERATOR, NURSE, OPERATOR, SUPERVISOR, OpenContext, Watched, signed_in
from tests.living.lived import Lived

pytestmark = pytest.mark.timeout(600)

EVERYTHING = ("Now", "Facilities", "Journeys", "Messages", "Worklists", "Figures")
FACILITY_WORK = ("Facilities", "Worklists")

#: The pages that are open to demonstration staff by their roles.
OPEN_TO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        OPERATOR: EVERYTHING,
        SUPERVISOR: EVERYTHING,
        "Jordan Ellis": EVERYTHING,
        NURSE: FACILITY_WORK,
        "Morgan Reyes": FACILITY_WORK,
        "Dr. Sam Okafor": FACILITY_WORK,
        "Harper Voss": EVERYTHING,
        "Blake Soto": EVERYTHING,
        HARBORLIGHT_OPERATOR: EVERYTHING,
    }
)

PATHS: Mapping[str, str] = MappingProxyType(
    {
        "Now": "/",
        "Facilities": "/facilities",
        "Journeys": "/journeys",
        "Messages": "/messages",
        "Worklists": "/worklist",
        "Figures": "/figures",
    }
)

NOT_OPEN = "This is not open to you"


async def heading(page: Page) -> str:
    return await page.get_by_role("heading", level=1).inner_text()


async def listed(page: Page, kind: str) -> set[str]:
    """The ids of all rows of a kind on the page."""
    rows = await page.locator(f"tr[id^='{kind}-']").evaluate_all("rows => rows.map((row) => row.id)")
    return {row.removeprefix(f"{kind}-") for row in rows}


async def chips(watched: Watched, name: str) -> list[str]:
    """What can be chosen, with its counts."""
    found = watched.page.get_by_role("navigation", name=name).get_by_role("link")
    return [" ".join(text.split()) for text in await found.all_inner_texts()]


@pytest.mark.parametrize("person", OPEN_TO)
async def test_a_role_has_its_pages_and_is_told_so_at_all_others(
    lived: Lived, open_context: OpenContext, person: str
) -> None:
    first = PATHS[OPEN_TO[person][0]]
    watched = await signed_in(lived.outside.console, await open_context(), first, person=person)
    assert tuple(await watched.pages.get_by_role("link").all_inner_texts()) == OPEN_TO[person]
    for name, path in PATHS.items():
        status = await watched.goto(path)
        shown = name if path != PATHS["Now"] else OPEN_TO[person][0]
        expected = (200, shown) if shown in OPEN_TO[person] else (403, NOT_OPEN)
        assert (status, await heading(watched.page)) == expected, path
    assert all("403" in trouble for trouble in watched.troubles)


@pytest.mark.parametrize("person", [NURSE, "Morgan Reyes"])
async def test_who_works_in_a_facility_sees_its_work_but_no_journey(
    lived: Lived, open_context: OpenContext, person: str
) -> None:
    watched = await signed_in(lived.outside.console, await open_context(), "/worklist", person=person)
    page, episode_id = watched.page, lived.case(Stratum.IN_CRISIS).episode_id
    await expect(page.get_by_role("searchbox")).to_have_count(0)
    assert await page.locator("tbody a[href^='/journeys/']").count() == 0
    for path in (f"/journeys/{episode_id}", f"/search?id={episode_id}"):
        assert (await watched.goto(path), await heading(page)) == (403, NOT_OPEN)
    assert await watched.goto(f"/facilities/{network.FACILITY}") == 200
    assert await page.locator("main a[href^='/journeys']").count() == 0
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name=person)).to_be_visible()


async def test_a_person_of_one_facility_sees_no_row_of_another(lived: Lived, open_context: OpenContext) -> None:
    watched = await signed_in(lived.outside.console, await open_context(), "/journeys", person=SUPERVISOR)
    page = watched.page
    moved, own = lived.case(Stratum.TRANSFERRED).episode_id, lived.case(Stratum.IN_CRISIS).episode_id
    seen = await listed(page, "journey")
    assert str(own) in seen
    assert str(moved) not in seen
    await watched.open("/facilities")
    assert await listed(page, "facility") == {str(network.FACILITY)}
    for path in ("/", "/worklist", "/messages"):
        await watched.open(path)
        assert str(moved) not in await page.content(), path
    await watched.open(f"/messages?episode_id={moved}")
    await expect(page.get_by_role("region", name="0 messages")).to_contain_text("No message here.")
    for path in (f"/journeys/{moved}", f"/facilities/{hillside.FACILITY}", f"/figures?facility_id={hillside.FACILITY}"):
        assert await watched.goto(path) == 403, path
        await expect(page.get_by_role("main")).to_contain_text("This lies outside of your facilities.")
    assert all("403" in trouble for trouble in watched.troubles)


async def test_counts_are_of_ones_own_facility(lived: Lived, open_context: OpenContext) -> None:
    operator = await signed_in(lived.outside.console, await open_context(), "/journeys")
    own = await signed_in(lived.outside.console, await open_context(), "/journeys", person=SUPERVISOR)
    everywhere = [chip for chip in await chips(operator, "Facility") if chip.startswith("Riverbend")]
    in_all = [chip for chip in await chips(own, "Phase") if chip.startswith("all")]
    assert [chip.rsplit(" ", 1)[1] for chip in everywhere] == [chip.rsplit(" ", 1)[1] for chip in in_all]
    await expect(own.page.get_by_role("navigation", name="Facility")).to_have_count(0)
    for path, name in (("/worklist", "Role"), ("/messages", "State")):
        await operator.open(f"{path}?facility_id={network.FACILITY}")
        await own.open(path)
        assert await chips(operator, name) == await chips(own, name)
    assert operator.troubles == own.troubles == []


@pytest.mark.parametrize("person", [SUPERVISOR, HARBORLIGHT_OPERATOR])
async def test_a_search_does_not_tell_whether_there_is_more(
    lived: Lived, open_context: OpenContext, person: str
) -> None:
    """Of another facility, or another organisation, it says the same as of an id that nothing has."""
    watched = await signed_in(lived.outside.console, await open_context(), person=person)
    moved = lived.case(Stratum.TRANSFERRED)
    for identifier in (moved.episode_id, moved.patient_id):
        assert await watched.goto(f"/search?id={identifier}") == 404
        await expect(watched.page.get_by_role("main")).to_contain_text(
            f"Nothing goes by the id {identifier} in your facilities."
        )
    assert all("404" in trouble for trouble in watched.troubles)


async def test_another_organisation_is_not_there(lived: Lived, open_context: OpenContext) -> None:
    watched = await signed_in(lived.outside.console, await open_context(), "/journeys", person=HARBORLIGHT_OPERATOR)
    page = watched.page
    theirs = {str(case.episode_id) for case in lived.cases if case.house.tenant == network.TENANT}
    own = {str(case.episode_id) for case in lived.cases if case.house.tenant == harborlight.TENANT}
    assert own <= await listed(page, "journey")
    await watched.open("/facilities")
    assert await listed(page, "facility") == {str(harborlight.FACILITY), str(harborlight.NORTH)}
    for path in PATHS.values():
        await watched.open(path)
        content = await page.content()
        assert not [episode for episode in theirs if episode in content], path
    for path in (*(f"/journeys/{episode}" for episode in sorted(theirs)), f"/facilities/{network.FACILITY}"):
        assert await watched.goto(path) == 404, path
        await expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    assert all("404" in trouble for trouble in watched.troubles)
