"""`stepwell` about the network: the same as the API tells, as JSON and as tables, within the scope of who asks."""

from datetime import timedelta

import pytest_asyncio
from pydantic import BaseModel

from services.operations.tests.command_line import CommandLine
from services.operations.tests.episode_events import Episode, into_treatment, week_of_care
from services.operations.tests.network_events import Timetable, clinic, reply, seat, send, suppress, wait_for
from services.operations.tests.open_console import (
    COUNSELOR,
    FACILITY,
    OPERATOR,
    OTHER_FACILITY,
    STRANGER,
    OpenConsole,
    project,
)
from stepwell_contracts.http import operations, operations_network as network
from stepwell_kernel.codes import Role, TaskKind
from stepwell_kernel.ids import new_id

GROUP = new_id()


@pytest_asyncio.fixture(loop_scope="session")
async def episode(console: OpenConsole) -> Episode:
    """An episode of a facility in its second week; another facility of the tenant has one that was just referred."""
    now = console.edge.clock.now()
    timetable = Timetable(FACILITY, now - timedelta(days=3))
    session_id = timetable.meet(GROUP, now + timedelta(days=1))
    here = week_of_care(into_treatment(Episode(FACILITY, now - timedelta(days=9))), missed=1)
    seat(here, session_id, now + timedelta(days=1))
    wait_for(here, new_id())
    send(here, delivered=True)
    suppress(here)
    reply(here)
    here.open_task(TaskKind.MEASURE_DUE, Role.COUNSELOR, hours=1)
    there = Episode(OTHER_FACILITY, now).refer()
    there.open_task(TaskKind.REFERRAL_CONTACT, Role.INTAKE_COORDINATOR, days=1)
    published = [*clinic(OTHER_FACILITY, "Hill house", now), *clinic(FACILITY, "River house", now, [(GROUP, 10, None)])]
    await project(console.edge, [*published, *timetable.incoming, *here.incoming, *there.incoming])
    console.edge.clock.pass_by(hours=8)
    return here


#: What each command shows: where the API tells it, and as what.
VIEWS: dict[str, tuple[str, type[BaseModel]]] = {
    "facilities": ("/v1/facilities", network.FacilityList),
    f"facility {FACILITY}": (f"/v1/facilities/{FACILITY}", network.FacilityView),
    "messages --all": ("/v1/messages", network.MessageFeed),
    "messages": ("/v1/messages", network.MessageFeed),
    "figures": ("/v1/figures", network.Figures),
    "report": ("/v1/report?allowed_hours=6", network.Report),
    "find EPISODE": ("/v1/search?id=EPISODE", network.Found),
    "journeys": ("/v1/journeys", operations.JourneyList),
    "journeys --all": ("/v1/journeys", operations.JourneyList),
    "journey EPISODE": ("/v1/journeys/EPISODE", operations.JourneyView),
    "worklist --all": ("/v1/worklist", operations.Work),
    "worklist": ("/v1/worklist", operations.Work),
}


async def test_json_is_what_the_api_answers(stepwell: CommandLine, console: OpenConsole, episode: Episode) -> None:
    browser = await console.browser()
    headers = {"Authorization": f"Bearer {await console.issuer.person(OPERATOR)}"}
    for line, (path, contract) in VIEWS.items():
        answer = await browser.get(path.replace("EPISODE", str(episode.episode_id)), headers=headers)
        told = contract.model_validate_json(answer.raise_for_status().content)
        ended = await stepwell.run_here(*line.replace("EPISODE", str(episode.episode_id)).split(), "--json")
        assert (ended.code, ended.err) == (0, ""), line
        assert ended.out == f"{told.model_dump_json(indent=2)}\n", line


async def test_a_table_in_a_pipe_is_plain_and_cuts_nothing(stepwell: CommandLine, episode: Episode) -> None:
    for line in VIEWS:
        ended = await stepwell.run_here(*line.replace("EPISODE", str(episode.episode_id)).split())
        assert (ended.code, ended.err) == (0, ""), line
        assert "\x1b" not in ended.out, line
        assert not any("\u2500" <= character <= "\u257f" for character in ended.out), line
        assert "\u2026 " not in ended.out, line


def row_of(out: str, beginning: str) -> list[str]:
    """The cells of the one row that begins so."""
    (row,) = [line for line in out.splitlines() if line.startswith(beginning)]
    return [cell.strip() for cell in row.split("  ") if cell.strip()]


async def test_facilities_are_listed(stepwell: CommandLine, episode: Episode) -> None:
    out = (await stepwell.run_here("facilities")).out
    own = row_of(out, str(FACILITY))
    assert own == [str(FACILITY), "River house", "1/10", "0", "0", "1", "1/10", "0", "1", "1"]
    assert row_of(out, str(OTHER_FACILITY))[1:3] == ["Hill house", "0/0"]


async def test_a_name_is_shown_as_it_is(stepwell: CommandLine, console: OpenConsole) -> None:
    await project(console.edge, clinic(FACILITY, "[lake] house :house:", console.edge.clock.now()))
    assert row_of((await stepwell.run_here("facilities")).out, str(FACILITY))[1] == "[lake] house :house:"


async def test_a_facility_is_shown_with_its_week_in_local_time(stepwell: CommandLine, episode: Episode) -> None:
    out = (await stepwell.run_here("facility", str(FACILITY))).out
    assert "week of 2026-03-02, America/New_York" in out
    (session,) = [line for line in out.splitlines() if line.endswith(str(GROUP))]
    assert "Tue 03 12:00-15:00  group therapy, life skills  on site   1/10" in session
    assert row_of(out, str(episode.episode_id))[1] == "2026-03-01 18:02"
    assert row_of(out, "2026-03-02")[-1] == "1"
    before = (await stepwell.run_here("facility", str(FACILITY), "--week", "2026-02-26")).out
    assert "no sessions in the week of 2026-02-23" in before


async def test_messages_are_listed_and_narrowed(stepwell: CommandLine, episode: Episode) -> None:
    out = (await stepwell.run_here("messages")).out
    (held_back,) = [line for line in out.splitlines() if "please call" in line]
    assert "held back  not permitted" in held_back
    assert held_back.endswith(episode.trace)
    assert row_of(out, "2026-03-01 23:03  confirm")[1:] == ["confirm", "River house", str(episode.episode_id)]
    assert "6 messages; sent 4, delivered 1, held back 1" in out
    narrowed = await stepwell.run_here("messages", "--state", "delivered", "--facility", str(FACILITY), "--json")
    assert [one["state"] for one in narrowed.json()["messages"]] == ["delivered"]
    assert narrowed.json()["total"] == 1
    calls = (await stepwell.run_here("messages", "--template", "please_call", "--json")).json()
    assert ([one["template"] for one in calls["messages"]], calls["states"]) == (["please_call"], {"suppressed": 1})
    one = await stepwell.run_here("messages", "--limit", "1", "--episode", str(episode.episode_id), "--json")
    assert (len(one.json()["messages"]), one.json()["total"]) == (1, 6)
    assert one.json()["next_cursor"]


async def test_figures_are_bars(stepwell: CommandLine, episode: Episode) -> None:
    out = (await stepwell.run_here("figures")).out
    (today,) = [line for line in out.splitlines() if line.startswith("2026-03-02")]
    assert today.count("█") == 30
    (met,) = [line for line in out.splitlines() if "0/1" in line]
    assert "█" not in met
    assert "6 h" in met
    assert "first contact in the last 60 days: half of them within 3.0 h; today 1 wait for it" in out
    assert out.startswith("in the last 60 days:\n")


async def test_the_report_counts(stepwell: CommandLine, episode: Episode) -> None:
    out = (await stepwell.run_here("report", "--facility", str(FACILITY))).out
    assert "since the beginning: 1 episodes; 0 of 1 weeks met their hours: 6 h attended of 9 h required" in out
    assert row_of(out, "treatment") == ["treatment", "1"]
    assert row_of(out, "referral contact") == ["referral contact", "1", "0", "0", "0", "0"]
    assert row_of(out, "Week closed") == ["Week closed", "1"]
    assert "measure due" not in out
    every = (await stepwell.run_here("report", "--facility", str(FACILITY), "--allowed-hours", "0")).out
    assert row_of(every, "measure due")[4:] == ["1", "1"]


async def test_overdue_journeys_and_short_worklists(stepwell: CommandLine, episode: Episode) -> None:
    overdue = (await stepwell.run_here("journeys", "--overdue", "--json")).json()
    assert [row["episode_id"] for row in overdue["journeys"]] == [str(episode.episode_id)]
    first = (await stepwell.run_here("worklist", "--limit", "1", "--json")).json()
    assert ([row["kind"] for row in first["rows"]], first["open"]) == (["measure_due"], 2)
    assert first["next_cursor"]
    assert "the first 1 are shown; 2 open tasks, 1 late" in (await stepwell.run_here("worklist", "--limit", "1")).out
    listed = (await stepwell.run_here("journeys", "--limit", "1")).out
    assert "1 of 2 journeys" in listed


async def test_rows_of_several_facilities_name_theirs(stepwell: CommandLine, episode: Episode) -> None:
    journeys = (await stepwell.run_here("journeys")).out
    assert row_of(journeys, str(episode.episode_id))[1:3] == ["River house", "treatment, stabilize"]
    assert sum("Hill house" in line for line in journeys.splitlines()) == 1
    worklist = (await stepwell.run_here("worklist")).out.splitlines()
    assert ["River house" in line for line in worklist if "measure due" in line] == [True]
    assert ["Hill house" in line for line in worklist if "referral contact" in line] == [True]
    messages = (await stepwell.run_here("messages")).out
    assert messages.count("River house") == messages.count(str(episode.episode_id)) == 7


async def test_any_id_leads_to_its_episode(stepwell: CommandLine, episode: Episode) -> None:
    for identifier in (episode.patient_id, episode.incoming[0].id, episode.trace):
        ended = await stepwell.run_here("find", str(identifier))
        assert ended.code == 0
        assert f"{episode.episode_id}  treatment" in ended.out


async def test_an_id_of_a_facility_leads_to_it(stepwell: CommandLine, episode: Episode) -> None:
    ended = await stepwell.run_here("find", str(FACILITY))
    assert ended.code == 0
    assert ended.out.splitlines()[1].split() == ["facility", "-", "-", "River", "house"]


async def test_who_asks_sees_their_own(stepwell: CommandLine, console: OpenConsole, episode: Episode) -> None:
    async def facilities(*words: str, **environment: str) -> set[str]:
        ended = await stepwell.run_here("facilities", "--json", *words, **environment)
        return {row["facility_id"] for row in ended.json()["facilities"]}

    both = {str(FACILITY), str(OTHER_FACILITY)}
    assert await facilities() == both
    assert await facilities("--as", str(COUNSELOR)) == {str(FACILITY)}
    assert await facilities("--as", str(STRANGER)) == set()
    assert await facilities("--tenant", "harborlight") == set()
    assert await facilities("--tenant", "harborlight", "--as", str(OPERATOR)) == both
    brought = await console.issuer.person(COUNSELOR)
    assert await facilities(STEPWELL_TOKEN=brought) == {str(FACILITY)}
    assert await facilities("--as", str(OPERATOR), STEPWELL_TOKEN=brought) == both
