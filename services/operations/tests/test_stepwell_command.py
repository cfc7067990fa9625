"""`stepwell` against a served platform: the status, journeys, the worklist."""

from datetime import timedelta
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from services.operations.tests.command_line import CommandLine
from services.operations.tests.episode_events import Episode, into_treatment
from services.operations.tests.open_console import (
    FACILITY,
    OTHER_FACILITY,
    LocalIssuer,
    OpenConsole,
    project,
    running_console,
)
from services.operations.tests.standing_journey import standing_journey
from stepwell_kernel.codes import Phase, Role, TaskKind
from stepwell_operations.journey_watch import JourneyWatch
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge


async def in_treatment(console: OpenConsole) -> Episode:
    episode = into_treatment(Episode(FACILITY, console.edge.clock.now()))
    episode.open_task(TaskKind.STEP_DOWN_REVIEW, Role.COUNSELOR, days=2)
    await project(console.edge, episode.incoming)
    return episode


async def test_status_names_each_part_and_ends_with_1_while_one_is_away(
    stepwell: CommandLine, console: OpenConsole
) -> None:
    await in_treatment(console)
    ended = await stepwell.run("status")
    assert (ended.code, ended.err) == (1, "")
    assert "2026-03-02 17:00 domain time, UTC" in ended.out
    lines = [line.split() for line in ended.out.splitlines()]
    assert ["medication", "not", "ready", "does", "not", "answer", "-", "-", "-"] in lines
    (own,) = [line for line in lines if line[:2] == ["operations", "ready"]]
    assert own[2:7] == ["nothing", "waits", "0", "0.0", "s"]
    assert ["treatment", "1"] in lines
    as_json = await stepwell.run_here("status", "--json")
    assert as_json.code == 1
    assert as_json.json()["journeys_by_phase"] == {"treatment": 1}
    assert [part["name"] for part in as_json.json()["health"]["parts"]] == ["medication", "operations"]


async def test_journeys_are_listed_and_narrowed(stepwell: CommandLine, console: OpenConsole) -> None:
    episode = await in_treatment(console)
    ended = await stepwell.run_here("journeys")
    assert ended.code == 0
    assert f"{episode.episode_id}  {FACILITY}  treatment, stabilize" in ended.out
    assert "1 journeys" in ended.out
    narrowed = await stepwell.run_here("journeys", "--phase", "closed", "--json")
    assert (narrowed.code, narrowed.json()["total"]) == (0, 0)
    elsewhere = await stepwell.run_here("journeys", "--json", "--tenant", OTHER_TENANT)
    assert (elsewhere.code, elsewhere.json()["total"]) == (0, 0)


async def test_the_worklist_is_shown_and_narrowed(stepwell: CommandLine, console: OpenConsole) -> None:
    episode = await in_treatment(console)
    ended = await stepwell.run_here("worklist")
    assert (ended.code, ended.err) == (0, "")
    (row,) = [line for line in ended.out.splitlines() if str(episode.episode_id) in line]
    assert "step-down review" in row
    assert row.endswith(f"POST /v1/episodes/…{str(episode.episode_id)[-8:]}/step-down")
    assert "1 open tasks, 0 late: counselor 1 (0 late)" in ended.out
    narrowed = await stepwell.run_here("worklist", "--role", "counselor", "--facility", str(FACILITY), "--json")
    assert [task["kind"] for task in narrowed.json()["rows"]] == ["step_down_review"]
    for arguments in (("--role", "supervisor"), ("--facility", str(OTHER_FACILITY))):
        assert (await stepwell.run_here("worklist", *arguments, "--json")).json()["rows"] == []


async def test_a_journey_tells_what_lies_ahead(
    open_edge: OpenEdge, local_issuer: LocalIssuer, workflow_environment: WorkflowEnvironment, tmp_path: Path
) -> None:
    client = workflow_environment.client
    async with running_console(await open_edge("operations"), local_issuer, JourneyWatch(client, 10.0)) as console:
        stepwell = CommandLine(tmp_path)
        stepwell.write_run_file(issuer=local_issuer.url, operations=console.url)
        episode = await in_treatment(console)
        due_at = console.edge.clock.now() + timedelta(days=4)
        async with standing_journey(client, episode.episode_id, due_at):
            shown = await stepwell.run_here("journey", str(episode.episode_id))
            as_json = (await stepwell.run_here("journey", str(episode.episode_id), "--json")).json()
    lines = [" ".join(line.split()) for line in shown.out.splitlines()]
    begin = lines.index("ahead due, UTC for opens, UTC escalated")
    assert lines[begin + 1 : begin + 5] == [
        "step-down review 2026-03-05 17:02 counselor open -",
        "plan review 2026-03-06 17:00 counselor 2026-03-06 17:00 -",
        "close of the week 2026-03-06 17:00 the journey itself - -",
        "",
    ]
    assert "the journey does not answer" not in shown.out
    assert [one["kind"] for one in as_json["obligations"]] == ["plan_review", "week_close"]


async def test_a_journey_that_does_not_answer_or_has_ended_says_so(stepwell: CommandLine, console: OpenConsole) -> None:
    episode = await in_treatment(console)
    shown = await stepwell.run_here("journey", str(episode.episode_id))
    assert "step-down review  2026-03-05 17:02  counselor  open" in shown.out
    assert "the journey does not answer at the moment" in shown.out
    assert (await stepwell.run_here("journey", str(episode.episode_id), "--json")).json()["obligations"] is None
    closed = Episode(FACILITY, console.edge.clock.now()).refer()
    closed.enter(Phase.CLOSED)
    await project(console.edge, closed.incoming)
    ended = await stepwell.run_here("journey", str(closed.episode_id))
    assert "the journey has ended" in ended.out


async def test_a_journey_is_shown_with_its_timeline(stepwell: CommandLine, console: OpenConsole) -> None:
    episode = await in_treatment(console)
    ended = await stepwell.run_here("journey", str(episode.episode_id))
    assert ended.code == 0
    timeline = [
        line
        for line in ended.out.splitlines()
        if line.endswith(tuple(one.envelope.traceparent[3:35] for one in episode.incoming if one.envelope.traceparent))
    ]
    assert len(timeline) == len(episode.incoming)
    assert "Referral received" in timeline[0]
    assert "step-down review" in ended.out
    as_json = (await stepwell.run_here("journey", str(episode.episode_id), "--json")).json()
    assert [entry["event_id"] for entry in as_json["timeline"]] == [str(one.id) for one in episode.incoming]
