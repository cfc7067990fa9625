"""`stepwell` on the lived platform, as it is installed: every view by its contract, and how it ends when it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel

from services.operations.tests.command_line import CommandLine, Ended
from stepwell_contracts.http import operations, operations_network
from stepwell_kernel.ids import new_id
from stepwell_operations.cli.exits import ExitCode
from stepwell_operations.cli.overview import Overview
from stepwell_simulation import harborlight, hillside, network
from stepwell_simulation.profile import Stratum
from stepwell_testing.eventually import eventually
from tests.living.lived import Lived, episode_ids

pytestmark = pytest.mark.timeout(600)

#: What each view is, and the document that it gives to programs. EPISODE is the patient in crisis, of Riverbend.
VIEWS: Mapping[str, type[BaseModel]] = {
    "status": Overview,
    "facilities": operations_network.FacilityList,
    f"facility {network.FACILITY}": operations_network.FacilityView,
    "journeys": operations.JourneyList,
    "journey EPISODE": operations.JourneyView,
    "find EPISODE": operations_network.Found,
    "messages --limit 10": operations_network.MessageFeed,
    "messages --all --template appointment_reminder": operations_network.MessageFeed,
    "worklist": operations.Work,
    "worklist --all": operations.Work,
    "figures": operations_network.Figures,
    "report": operations_network.Report,
}


@dataclass(frozen=True)
class Refused:
    """A command that cannot be answered to a member of staff, how it ends, and the code that it tells."""

    line: str
    exit: ExitCode
    code: str
    staff_id: object = network.OPERATOR


#: TRANSFERRED is treated at Hillside; HARBORLIGHT is an episode of the other organisation.
REFUSED = (
    Refused(f"journey {new_id()}", ExitCode.NOT_FOUND, "journey_not_found"),
    Refused("journey HARBORLIGHT", ExitCode.NOT_FOUND, "journey_not_found"),
    Refused("find HARBORLIGHT", ExitCode.NOT_FOUND, "nothing_found"),
    Refused(f"facility {harborlight.FACILITY}", ExitCode.NOT_FOUND, "facility_not_found"),
    Refused("journey TRANSFERRED", ExitCode.FORBIDDEN, "facility_out_of_scope", network.COUNSELOR),
    Refused(f"facility {hillside.FACILITY}", ExitCode.FORBIDDEN, "facility_out_of_scope", network.SUPERVISOR),
    Refused("journeys", ExitCode.FORBIDDEN, "not_granted", network.NURSE),
    Refused("status", ExitCode.FORBIDDEN, "not_granted", network.SCHEDULER),
)


@pytest.fixture
def stepwell(lived: Lived) -> CommandLine:
    return CommandLine(lived.inside.home.folder)


def words(lived: Lived, line: str) -> list[str]:
    """The arguments of a line, with the episodes that it speaks of."""
    episodes = {
        "EPISODE": lived.case(Stratum.IN_CRISIS).episode_id,
        "TRANSFERRED": lived.case(Stratum.TRANSFERRED).episode_id,
        "HARBORLIGHT": lived.case(Stratum.COMPLETED).episode_id,
    }
    return [str(episodes.get(word, word)) for word in line.split()]


@pytest.mark.parametrize("line", VIEWS)
async def test_a_view_is_a_table_for_people_and_a_document_for_programs(
    lived: Lived, stepwell: CommandLine, line: str
) -> None:
    shown = await stepwell.run_here(*words(lived, line))
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.strip()
    told = await stepwell.run_here(*words(lived, line), "--json")
    assert (told.code, told.err) == (0, "")
    document = VIEWS[line].model_validate_json(told.out)
    assert told.out == f"{document.model_dump_json(indent=2)}\n"


async def test_the_installed_command_says_that_all_is_well(stepwell: CommandLine) -> None:
    """It may have to wait: a part that has just lived through a season in minutes may not answer at once."""

    async def status() -> Ended:
        return await stepwell.run("status")

    shown = await eventually(status, until=lambda ended: ended.code == ExitCode.OK, within_s=60)
    assert shown.err == ""
    for part in ("intake", "scheduling", "medication", "notifications", "workflows", "operations"):
        assert part in shown.out
    assert "0 keys parked" in shown.out


async def test_tables_show_whole_ids_that_lead_on(lived: Lived, stepwell: CommandLine) -> None:
    own = episode_ids([case for case in lived.cases if case.house.tenant == network.TENANT])
    journeys = await stepwell.run_here("journeys")
    assert all(str(episode_id) in journeys.out for episode_id in own)
    open_tasks = operations.Work.model_validate_json((await stepwell.run_here("worklist", "--json")).out)
    worklist = await stepwell.run_here("worklist")
    assert open_tasks.rows
    assert all(str(row.episode_id) in worklist.out for row in open_tasks.rows)


async def test_each_organisation_is_told_of_its_own(lived: Lived, stepwell: CommandLine) -> None:
    for tenant in (network.TENANT, harborlight.TENANT):
        own = {case.episode_id for case in lived.cases if case.house.tenant == tenant}
        others = {case.episode_id for case in lived.cases} - own
        ended = await stepwell.run_here("journeys", "--all", "--json", "--tenant", tenant)
        listed = {row.episode_id for row in operations.JourneyList.model_validate_json(ended.out).journeys}
        assert own <= listed
        assert not others & listed


async def test_a_member_of_staff_sees_their_facilities_only(lived: Lived, stepwell: CommandLine) -> None:
    ended = await stepwell.run_here("journeys", "--json", "--as", str(network.SUPERVISOR))
    rows = operations.JourneyList.model_validate_json(ended.out).journeys
    assert {row.facility_id for row in rows} == {network.FACILITY}
    here = {case.episode_id for case in lived.cases if case.house.facility_id == network.FACILITY}
    assert here <= {row.episode_id for row in rows}


@pytest.mark.parametrize("refused", REFUSED, ids=lambda one: f"{one.line.split()[0]} {one.code}")
async def test_what_cannot_be_shown_ends_with_its_code(lived: Lived, stepwell: CommandLine, refused: Refused) -> None:
    ended = await stepwell.run_here(*words(lived, refused.line), "--as", str(refused.staff_id))
    assert (ended.code, ended.out) == (refused.exit, "")
    assert f"({refused.code})" in ended.err


async def test_without_a_platform_it_is_not_reachable(tmp_path: Path) -> None:
    ended = await CommandLine(tmp_path).run("journeys")
    assert (ended.code, ended.out) == (ExitCode.NOT_REACHABLE, "")
    assert "(platform_not_running)" in ended.err


async def test_the_facilities_are_opened_by_a_simulation_of_nobody(lived: Lived, stepwell: CommandLine) -> None:
    known = operations.JourneyList.model_validate_json((await stepwell.run_here("journeys", "--json")).out).total
    ended = await stepwell.run("simulate", "--patients", "0", "--json")
    assert (ended.code, ended.err) == (0, "")
    report = operations_network.Report.model_validate_json(ended.out)
    assert report.episodes >= lived.report.episodes
    assert (
        operations.JourneyList.model_validate_json((await stepwell.run_here("journeys", "--json")).out).total == known
    )
