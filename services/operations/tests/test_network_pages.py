"""The pages about the network: facilities with seats and waits, figures as plots and numbers, the platform."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from services.operations.tests.episode_events import Episode, into_treatment, week_of_care
from services.operations.tests.network_events import Timetable, clinic, seat, wait_for
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
from stepwell_contracts.http.operations_network import ConsumerLag, PartHealth
from stepwell_kernel.codes import AgeBand, Phase, Role, TaskKind
from stepwell_kernel.ids import new_id
from stepwell_messaging.parking import park
from stepwell_operations.console.rendering import Templates
from stepwell_operations.console.views import Pulse
from stepwell_operations.platform_status import PlatformStatus

GROUP = UUID("0193a000-0000-7000-8000-000000000031")
PATHS = ("/facilities", f"/facilities/{FACILITY}", "/figures")
NONE = "\N{EN DASH}"
DRAWING = ".//*[@role='img']"


async def a_week_here(console: OpenConsole) -> tuple[Episode, UUID]:
    """A facility with a group of two seats that meets, one patient in it, and another who waits."""
    now = console.edge.clock.now()
    timetable = Timetable(FACILITY, now)
    meets = timetable.meet(GROUP, now + timedelta(hours=1), 2)
    timetable.visit(now + timedelta(days=1))
    timetable.cancel(timetable.meet(GROUP, now + timedelta(days=2)), now + timedelta(days=2))
    episode = week_of_care(into_treatment(Episode(FACILITY, now - timedelta(days=10))), missed=1)
    episode.at = now
    seat(episode, meets, now + timedelta(hours=1))
    episode.open_task(TaskKind.WEEKLY_HOURS_SHORT, Role.COUNSELOR, days=-1)
    waits = Episode(FACILITY, now - timedelta(days=3)).refer()
    waits.enter(Phase.WAITLISTED)
    wait = wait_for(waits, GROUP)
    about = clinic(FACILITY, "Riverbend Center", now - timedelta(days=90), [(GROUP, 2, AgeBand.ADULT)])
    await project(console.edge, [*about, *timetable.incoming, *episode.incoming, *waits.incoming])
    return waits, wait


def numbers(page: ET.Element, key: str) -> Sequence[str]:
    """The first row of a plot's numbers, which is the latest."""
    return texts(page, f".//details[@id='{key}-numbers']//tbody/tr[1]/*")


async def test_facilities_hold_census_and_seats_against_what_there_is(console: OpenConsole) -> None:
    await a_week_here(console)
    page = parsed((await (await console.signed_in(OPERATOR)).get("/facilities")).text)
    assert texts(page, ".//nav[@aria-label='Pages']//*[@aria-current]") == ["Facilities"]
    assert texts(page, f".//tr[@id='facility-{FACILITY}']/*") == [
        "Riverbend Center",
        "1 of 2 places",
        "1 of 2 seats",
        "1",
        NONE,
        "1",
        "1",
        "1 open tasks of Riverbend Center",
        "1",
    ]
    widths = [bar.get("width") for bar in page.iterfind(".//*[@class='meter']/*[@class='fill']")]
    assert widths == ["50.0", "50.0"]
    work = page.find(f".//a[@id='work-{FACILITY}']")
    assert work is not None
    assert work.get("href") == f"/worklist?facility_id={FACILITY}"


async def test_a_facility_shows_its_week_programs_waits_and_census(console: OpenConsole) -> None:
    waits, wait = await a_week_here(console)
    browser = await console.signed_in(COUNSELOR)
    page = parsed((await browser.get(f"/facilities/{FACILITY}")).text)
    assert texts(page, ".//h1") == ["Riverbend Center times of America/New_York"]
    week = page.find(".//table[@class='timetable']")
    assert week is not None
    assert texts(week, "thead//th")[:3] == ["Hour", "Mon 2 Mar", "Tue 3 Mar"]
    assert texts(week, "thead//th[@aria-current]") == ["Mon 2 Mar"]
    assert texts(week, "tbody/tr[@id='hour-13']/*")[:3] == ["13:00", "13:00 life skills 1 of 2 · IOP", ""]
    assert texts(week, "tbody/tr[@id='hour-12']/*")[2:4] == [
        "12:00 individual therapy 1 visit",
        "12:00 life skills cancelled",
    ]
    assert [" ".join(row.split()[:6]) for row in texts(page, ".//table[@class='programs']/tbody/tr")] == [
        "IOP level 2.1 1 of 2",
        f"OP level 1 {NONE} places not",
    ]
    row = page.find(f".//tr[@id='wait-{wait}']")
    assert row is not None
    assert texts(row, "*") == [str(waits.episode_id)[-8:], "life skills", "3 d"]
    named = row.find("td/span")
    assert named is not None
    assert named.get("title") == str(GROUP)
    assert texts(page, ".//p[@class='finding']") == ["Today 1 in treatment, 1 arriving."]
    assert numbers(page, "census") == ["2 Mar", "1", "0", "0", "0", "1"]


async def test_weeks_have_addresses_of_their_own(console: OpenConsole) -> None:
    await a_week_here(console)
    browser = await console.signed_in(OPERATOR)
    this_week = parsed((await browser.get(f"/facilities/{FACILITY}")).text)
    following_week = this_week.find(".//a[@id='week-after']")
    assert following_week is not None
    assert following_week.get("href") == f"/facilities/{FACILITY}?week=2026-03-09"
    page = parsed((await browser.get(following_week.get("href") or "")).text)
    assert texts(page, ".//h2[@id='week-heading']") == ["Week of 9 Mar 2026"]
    assert texts(page, ".//section[@aria-labelledby='week-heading']/p") == ["No session in this week."]
    assert not page.findall(".//nav[@aria-label='Week']/a[@aria-current]")
    live = page.find(".//div[@id='live']")
    assert live is not None
    assert live.get("data-stream") == f"/console/stream/facilities/{FACILITY}?week=2026-03-09"
    for unheard_of in ("0001-01-01", "9999-12-31", "soon"):
        for path in ("/facilities", "/console/stream/facilities"):
            refused = await browser.get(f"{path}/{FACILITY}?week={unheard_of}")
            assert refused.status_code == 422
            assert "week" in refused.text


async def test_figures_are_drawn_and_told(console: OpenConsole) -> None:
    await a_week_here(console)
    page = parsed((await (await console.signed_in(OPERATOR)).get("/figures")).text)
    hours = "0 of 1 weeks that began in the last 60 days met their hours (0 %): 6 h attended of 9 h."
    assert texts(page, f"{DRAWING}/title") == [
        "Census, last 60 days: Today 1 in treatment, 1 arriving.",
        f"Hours met per week, last 60 days: {hours}",
        "Time to first contact, last 60 days: The only first contact in the last 60 days came within 3 h.",
    ]
    for drawing in page.iterfind(DRAWING):
        assert drawing.find(f"title[@id='{drawing.get('aria-labelledby')}']") is not None
    assert "2 Mar: treatment 1, arriving 1" in texts(page, f"{DRAWING}/rect/title")
    assert numbers(page, "weeks") == ["16 Feb", "0", "1", "6 h", "9 h"]
    assert numbers(page, "first-contact") == ["to 4 h", "1"]
    assert texts(page, ".//nav[@aria-label='Facility']/a") == []


async def test_without_data_figures_say_so_and_draw_nothing(console: OpenConsole) -> None:
    browser = await console.signed_in(OPERATOR)
    page = parsed((await browser.get("/figures")).text)
    assert texts(page, ".//p[@class='finding']") == [
        "Today nobody.",
        "No week that began in the last 60 days is closed yet.",
        "No first contact in the last 60 days.",
    ]
    assert not page.findall(DRAWING)
    none = parsed((await browser.get("/facilities")).text)
    assert texts(none, ".//p[@class='empty']") == ["No facility of yours was published yet."]


async def test_a_person_sees_figures_of_their_facilities_only(console: OpenConsole) -> None:
    now = console.edge.clock.now()
    here, there = (
        into_treatment(Episode(facility, now - timedelta(days=5))) for facility in (FACILITY, OTHER_FACILITY)
    )
    about = [*clinic(FACILITY, "Riverbend Center", now), *clinic(OTHER_FACILITY, "Riverbend North", now)]
    await project(console.edge, [*about, *here.incoming, *there.incoming])
    bound, free = await console.signed_in(COUNSELOR), await console.signed_in(OPERATOR)
    assert texts(parsed((await bound.get("/facilities")).text), ".//tbody/tr/th") == ["Riverbend Center"]
    assert texts(parsed((await free.get("/facilities")).text), ".//tbody/tr/th") == [
        "Riverbend Center",
        "Riverbend North",
    ]
    assert numbers(parsed((await bound.get("/figures")).text), "census") == ["2 Mar", "1", "0", "0", "0", "0"]
    everywhere = parsed((await free.get("/figures")).text)
    assert numbers(everywhere, "census") == ["2 Mar", "2", "0", "0", "0", "0"]
    assert texts(everywhere, ".//nav[@aria-label='Facility']/a[@aria-current]") == ["every facility"]
    narrowed = parsed((await free.get(f"/figures?facility_id={OTHER_FACILITY}")).text)
    assert numbers(narrowed, "census") == ["2 Mar", "1", "0", "0", "0", "0"]
    for path in (f"/facilities/{OTHER_FACILITY}", f"/figures?facility_id={OTHER_FACILITY}"):
        refused = await bound.get(path)
        assert refused.status_code == 403
        assert "outside of your facilities" in refused.text
        assert "Riverbend North" not in refused.text
    stranger = await console.signed_in(STRANGER)
    assert (await stranger.get(f"/facilities/{FACILITY}")).status_code == 404
    assert "Riverbend" not in (await stranger.get("/facilities")).text
    assert texts(parsed((await stranger.get("/figures")).text), ".//p[@class='finding']")[0] == "Today nobody."


async def test_the_navigation_leads_where_a_person_may_go(console: OpenConsole) -> None:
    waits, wait = await a_week_here(console)
    nurse = await console.signed_in(NURSE)
    refused = await nurse.get("/journeys")
    assert refused.status_code == 403
    page = parsed(refused.text)
    assert texts(page, ".//nav[@aria-label='Pages']/a") == ["Facilities", "Worklists"]
    assert texts(page, ".//main//a") == ["To Facilities"]
    assert page.find(".//form[@role='search']") is None
    assert (await nurse.get("/figures")).status_code == 403
    facility = parsed((await nurse.get(f"/facilities/{FACILITY}")).text)
    row = facility.find(f".//tr[@id='wait-{wait}']")
    assert row is not None
    assert str(waits.episode_id)[-8:] in texts(row, "*")
    assert not row.findall(".//a")
    operator = await console.signed_in(OPERATOR)
    now = parsed((await operator.get("/")).text)
    assert now.find(".//form[@role='search']") is not None
    ways = {link.text: link.get("data-key") for link in now.iterfind(".//nav[@aria-label='Pages']/a")}
    assert ways == {"Now": "n", "Facilities": "f", "Journeys": "j", "Messages": "m", "Worklists": "w", "Figures": "i"}
    assert texts(now, ".//dialog[@id='keys']//dt") == ["g n", "g f", "g j", "g m", "g w", "g i", "/", "?"]
    for link in now.iterfind(".//nav[@aria-label='Pages']/a"):
        assert (await operator.get(link.get("href") or "")).status_code == 200


async def test_now_tells_parked_keys_with_what_they_wait_for(console: OpenConsole) -> None:
    now = console.edge.clock.now()
    here, there = Episode(FACILITY, now).refer(), Episode(OTHER_FACILITY, now).refer()
    await project(console.edge, [*clinic(FACILITY, "Riverbend Center", now), *here.incoming, *there.incoming])
    async with console.edge.pool.acquire() as connection:
        for offset, episode in enumerate((here, there), start=1):
            record = replace(episode.incoming[0].record, offset=offset)
            await park(connection, "operations", "poison_KeyError", record)
    page = parsed((await (await console.signed_in(COUNSELOR)).get("/")).text)
    rows = texts(page, ".//table[@class='parked']/tbody/tr")
    assert [row.split(" operations ")[0] for row in rows] == [str(here.patient_id)[-8:], "not of your facilities"]
    assert all("stepwell.intake.patient poison KeyError 1" in row for row in rows)
    links = [link.get("href") for link in page.iterfind(".//table[@class='parked']//a")]
    assert links == [f"/search?id={here.patient_id}"]
    assert str(there.patient_id) not in ET.tostring(page, encoding="unicode")


async def test_now_says_whose_sums_it_shows_while_a_part_is_away(console: OpenConsole) -> None:
    page = parsed((await (await console.signed_in(OPERATOR)).get("/")).text)
    figures = dict(
        zip(texts(page, ".//dl[@class='figures']//dt"), texts(page, ".//dl[@class='figures']//dd"), strict=True)
    )
    assert figures["Parked keys"] == "0 from 1 of 2 parts"


def test_lag_is_told_in_events_and_seconds_for_each_consumer() -> None:
    started_at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    part = PartHealth(name="intake", ready=True, detail="", started_at=started_at, unsent=3, oldest_unsent_seconds=1.25)
    behind = [
        ConsumerLag(part="intake", consumer="intake", topic="stepwell.scheduling.patient", events=4, seconds=0.5),
        ConsumerLag(part="journeys", consumer="bridge", topic="stepwell.intake.patient", events=1, seconds=2.0),
    ]
    pulse = Pulse(started_at, 1, PlatformStatus([part], behind, []))
    values = {"pulse": pulse, "parked": (), "wall": started_at + timedelta(hours=3)}
    page = parsed(Templates().render("health.html", values))
    assert texts(page, ".//li/small") == ["outbox 1.2 s · started 3 h ago"]
    assert texts(page, ".//summary") == ["Consumers: 5 events to apply, the slowest 2.0 s behind"]
    assert texts(page, ".//table[@class='lags']/tbody/tr") == [
        "stepwell.scheduling.patient intake 4 0.5",
        "stepwell.intake.patient journeys bridge 1 2.0",
    ]


@pytest.mark.parametrize("path", PATHS)
async def test_pages_are_accessible_and_hold_nothing_inline(console: OpenConsole, path: str) -> None:
    await a_week_here(console)
    answer = await (await console.signed_in(OPERATOR)).get(path)
    assert answer.headers["cache-control"] == "no-store"
    page = parsed(answer.text)
    check_markup(page)
    for section in page.findall(".//section"):
        assert page.find(f".//*[@id='{section.get('aria-labelledby')}']") is not None


@pytest.mark.parametrize("path", PATHS)
async def test_open_pages_are_told_what_changed(console: OpenConsole, path: str) -> None:
    await a_week_here(console)
    browser = await console.signed_in(OPERATOR)
    other = into_treatment(Episode(FACILITY, console.edge.clock.now() - timedelta(days=5)))
    async with following(browser, path) as stream:
        first = await next_of(stream, "live")
        await project(console.edge, other.incoming)
        assert (await next_of(stream, "live")).data != first.data


async def test_looking_at_a_facility_leaves_an_audit_row(console: OpenConsole) -> None:
    await a_week_here(console)
    browser = await console.signed_in(NURSE)
    await browser.get(f"/facilities/{FACILITY}")
    await browser.get(f"/facilities/{new_id()}")
    rows = await console.edge.rows(
        "select subject, outcome from audit where action = 'operations.read_facilities' and resource_id = $1", FACILITY
    )
    assert [tuple(row) for row in rows] == [(str(NURSE), "done")]


async def test_times_are_those_of_the_facility(console: OpenConsole) -> None:
    """A session late on a local Sunday belongs to that week, though it is Monday already in UTC."""
    now = console.edge.clock.now()
    timetable = Timetable(FACILITY, now)
    timetable.meet(GROUP, datetime(2026, 3, 9, 3, 15, tzinfo=UTC))
    about = clinic(FACILITY, "Riverbend Center", now, [(GROUP, 8, AgeBand.ADULT)])
    await project(console.edge, [*about, *timetable.incoming])
    page = parsed((await (await console.signed_in(OPERATOR)).get(f"/facilities/{FACILITY}")).text)
    cells = texts(page, ".//table[@class='timetable']/tbody/tr/*")
    assert (cells[0], cells[-1]) == ("23:00", "23:15 life skills 0 of 10 · IOP")
