"""The page of all journeys: filters that combine and stay in the address, with what each leads to, page by page."""

from datetime import timedelta
from xml.etree import ElementTree as ET

from services.operations.tests.episode_events import Episode, into_treatment, reference
from services.operations.tests.open_console import (
    COUNSELOR,
    FACILITY,
    NURSE,
    OPERATOR,
    OTHER_FACILITY,
    STRANGER,
    OpenConsole,
    followed,
    parsed,
    project,
    texts,
)
from services.operations.tests.test_console_stream import following, next_of
from stepwell_kernel.codes import Role, TaskKind

PHASES = ".//nav[@aria-label='Phase']/a"
FACILITIES = ".//nav[@aria-label='Facility']/a"
DEADLINES = ".//nav[@aria-label='Deadline']/a"
ROWS = ".//table[@class='journeys']/tbody/tr"


async def two_facilities(console: OpenConsole) -> tuple[Episode, Episode, Episode]:
    """Here one that is late in treatment and one that is not, there a late referral."""
    now = console.edge.clock.now()
    late, timely = (into_treatment(Episode(FACILITY, now - timedelta(days=days))) for days in (9, 6))
    there = Episode(OTHER_FACILITY, now - timedelta(days=2)).refer()
    late.open_task(TaskKind.WEEKLY_HOURS_SHORT, Role.COUNSELOR, days=1)
    timely.open_task(TaskKind.STEP_DOWN_REVIEW, Role.SUPERVISOR, days=14)
    there.open_task(TaskKind.REFERRAL_CONTACT, Role.INTAKE_COORDINATOR, days=1)
    names = ((FACILITY, "Riverbend Center"), (OTHER_FACILITY, "Riverbend North"))
    clinics = [one for facility, name in names for one in reference(facility, name, "America/New_York", now)]
    await project(console.edge, [*clinics, *late.incoming, *timely.incoming, *there.incoming])
    return late, timely, there


def listed(page: ET.Element) -> list[str]:
    """The ids of the episodes on a page."""
    return [(row.get("id") or "").removeprefix("journey-") for row in page.findall(ROWS)]


async def test_filters_combine_and_each_tells_what_it_leads_to(console: OpenConsole) -> None:
    late, timely, there = await two_facilities(console)
    browser = await console.signed_in(OPERATOR)
    page = parsed((await browser.get("/journeys")).text)
    assert listed(page) == [str(one.episode_id) for one in (there, timely, late)]
    assert texts(page, PHASES)[:5] == ["all 3", "referral 1", "screening 0", "admission 0", "treatment 2"]
    assert texts(page, FACILITIES) == ["every facility 3", "Riverbend Center 2", "Riverbend North 1"]
    assert texts(page, DEADLINES) == ["any deadline", "overdue only 2"]

    overdue = await followed(browser, page, "due-passed")
    assert listed(overdue) == [str(one.episode_id) for one in (there, late)]
    assert texts(overdue, PHASES)[:5] == ["all 2", "referral 1", "screening 0", "admission 0", "treatment 1"]

    both = await followed(browser, overdue, f"at-{FACILITY}")
    assert listed(both) == [str(late.episode_id)]
    assert texts(both, f"{FACILITIES}[@aria-current]") == ["Riverbend Center 1"]

    all_three = await followed(browser, both, "in-treatment")
    assert listed(all_three) == [str(late.episode_id)]
    live = all_three.find(".//div[@id='live']")
    assert live is not None
    chosen = f"phase=treatment&facility_id={FACILITY}&overdue=true"
    assert live.get("data-stream") == f"/console/stream/journeys?{chosen}"

    none_left = await followed(browser, all_three, "in-referral")
    assert listed(none_left) == []
    assert texts(none_left, f"{PHASES}[@aria-current]") == ["referral 0"]
    assert texts(none_left, ".//p[@class='empty']") == ["No journey here. A referral opens one."]


async def test_pages_follow_each_other_within_the_filter(console: OpenConsole) -> None:
    now = console.edge.clock.now()
    episodes = [Episode(FACILITY, now - timedelta(days=3)).refer() for _ in range(53)]
    for episode in episodes[:51]:
        episode.open_task(TaskKind.REFERRAL_CONTACT, Role.INTAKE_COORDINATOR, days=1)
    await project(console.edge, [one for episode in episodes for one in episode.incoming])
    browser = await console.signed_in(OPERATOR)
    first = parsed((await browser.get("/journeys?overdue=true")).text)
    assert texts(first, ".//p[@class='count']") == ["51 journeys, the latest changed first"]
    second = await followed(browser, first, "next-page")
    assert texts(second, f"{DEADLINES}[@aria-current]") == ["overdue only 51"]
    assert len({*listed(first), *listed(second)}) == 51
    assert (len(listed(first)), len(listed(second))) == (50, 1)
    live = second.find(".//div[@id='live']")
    assert live is not None
    assert live.get("data-stream") is None
    assert listed(await followed(browser, second, "first-page")) == listed(first)


async def test_of_another_facility_nothing_is_listed_or_counted(console: OpenConsole) -> None:
    late, timely, there = await two_facilities(console)
    browser = await console.signed_in(COUNSELOR)
    answer = await browser.get("/journeys")
    page = parsed(answer.text)
    assert listed(page) == [str(one.episode_id) for one in (timely, late)]
    assert str(there.episode_id) not in answer.text
    assert str(OTHER_FACILITY) not in answer.text
    assert texts(page, PHASES)[:2] == ["all 2", "referral 0"]
    assert texts(page, FACILITIES) == []
    assert texts(page, DEADLINES)[1] == "overdue only 1"
    refused = await browser.get(f"/journeys?facility_id={OTHER_FACILITY}")
    assert (refused.status_code, refused.headers["x-problem-code"]) == (403, "facility_out_of_scope")
    elsewhere = parsed((await (await console.signed_in(STRANGER)).get("/journeys")).text)
    assert (listed(elsewhere), texts(elsewhere, PHASES)[0]) == ([], "all 0")
    nurse = await console.signed_in(NURSE)
    assert (await nurse.get("/journeys")).status_code == 403


async def test_an_open_list_of_what_is_late_loses_what_no_longer_is(console: OpenConsole) -> None:
    episode = into_treatment(Episode(FACILITY, console.edge.clock.now() - timedelta(days=9)))
    task = episode.open_task(TaskKind.PLAN_SIGNATURE, Role.COUNSELOR, days=1)
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(COUNSELOR)
    async with following(browser, "/journeys?overdue=true") as stream:
        await next_of(stream, "live", holding=str(episode.episode_id))
        before = len(episode.incoming)
        episode.close_task(task)
        await project(console.edge, episode.incoming[before:])
        drawn = await next_of(stream, "live", holding="No journey here")
    assert str(episode.episode_id) not in drawn.data
