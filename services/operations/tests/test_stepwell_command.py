"""`stepwell` as a person runs it: a process of its own against a served platform."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.operations.tests.episode_events import Episode, into_treatment
from services.operations.tests.open_console import FACILITY, OTHER_FACILITY, OpenConsole, project
from stepwell_devstack.ports import choose_port
from stepwell_kernel.codes import Role, TaskKind
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """The command with its working folder."""

    home: Path

    def write_run_file(self, **urls: str) -> None:
        client = {"client_id": "cli", "client_secret": "secret of cli"}
        (self.home / "run.json").write_text(json.dumps({"pid": 1, "urls": urls, "cli": client}))

    async def run(self, *arguments: str) -> Ended:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STEPWELL_")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "stepwell_operations.cli.main", *arguments),
            env=environment | {"STEPWELL_HOME": str(self.home)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())


@pytest_asyncio.fixture(loop_scope="session")
async def stepwell(console: OpenConsole, tmp_path: Path) -> AsyncIterator[CommandLine]:
    command = CommandLine(tmp_path)
    command.write_run_file(issuer=console.issuer.url, operations=console.url)
    yield command


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
    assert ["medication", "not", "ready", "does", "not", "answer"] in lines
    assert ["operations", "ready", "nothing", "waits"] in lines
    assert ["treatment", "1"] in lines
    as_json = await stepwell.run("status", "--json")
    assert as_json.code == 1
    assert as_json.json()["journeys_by_phase"] == {"treatment": 1}


async def test_journeys_are_listed_and_narrowed(stepwell: CommandLine, console: OpenConsole) -> None:
    episode = await in_treatment(console)
    ended = await stepwell.run("journeys")
    assert ended.code == 0
    assert f"{episode.episode_id}  treatment, stabilize" in ended.out
    assert "1 journeys" in ended.out
    narrowed = await stepwell.run("journeys", "--phase", "closed", "--json")
    assert (narrowed.code, narrowed.json()["total"]) == (0, 0)
    elsewhere = await stepwell.run("journeys", "--json", "--tenant", OTHER_TENANT)
    assert (elsewhere.code, elsewhere.json()["total"]) == (0, 0)


async def test_the_worklist_is_shown_and_narrowed(stepwell: CommandLine, console: OpenConsole) -> None:
    episode = await in_treatment(console)
    ended = await stepwell.run("worklist")
    assert (ended.code, ended.err) == (0, "")
    (row,) = [line for line in ended.out.splitlines() if str(episode.episode_id) in line]
    assert "step-down review" in row
    assert row.endswith(f"POST /v1/episodes/…{str(episode.episode_id)[-8:]}/step-down")
    assert "1 open tasks, 0 late: counselor 1 (0 late)" in ended.out
    narrowed = await stepwell.run("worklist", "--role", "counselor", "--facility", str(FACILITY), "--json")
    assert [task["kind"] for task in narrowed.json()["rows"]] == ["step_down_review"]
    for arguments in (("--role", "supervisor"), ("--facility", str(OTHER_FACILITY))):
        assert (await stepwell.run("worklist", *arguments, "--json")).json()["rows"] == []


async def test_a_journey_is_shown_with_its_timeline(stepwell: CommandLine, console: OpenConsole) -> None:
    episode = await in_treatment(console)
    ended = await stepwell.run("journey", str(episode.episode_id))
    assert ended.code == 0
    timeline = [
        line
        for line in ended.out.splitlines()
        if line.endswith(tuple(one.envelope.traceparent[3:35] for one in episode.incoming if one.envelope.traceparent))
    ]
    assert len(timeline) == len(episode.incoming)
    assert "Referral received" in timeline[0]
    assert "step-down review" in ended.out
    as_json = (await stepwell.run("journey", str(episode.episode_id), "--json")).json()
    assert [entry["event_id"] for entry in as_json["timeline"]] == [str(one.id) for one in episode.incoming]


@pytest.mark.parametrize(
    "arguments",
    [("journey", "7"), ("journey",), ("journeys", "--phase", "bliss"), ("worklist", "--role", "bliss"), ("nonsense",)],
)
async def test_wrong_usage_ends_with_2(stepwell: CommandLine, arguments: tuple[str, ...]) -> None:
    ended = await stepwell.run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err


async def test_an_unknown_journey_ends_with_1_and_a_sentence(stepwell: CommandLine) -> None:
    ended = await stepwell.run("journey", str(new_id()))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "stepwell: there is no such journey (journey_not_found)\n"


async def test_without_a_platform_it_ends_with_3_and_a_sentence(tmp_path: Path) -> None:
    command = CommandLine(tmp_path)
    for arguments in (("status",), ("journeys", "--json"), ("journey", str(new_id())), ("demo",)):
        ended = await command.run(*arguments)
        assert (ended.code, ended.out) == (3, "")
        assert "no platform runs here" in ended.err
        assert len(ended.err.splitlines()) == 1
    (tmp_path / "run.json").write_text("{torn")
    assert (await command.run("status")).code == 3


async def test_a_platform_that_was_killed_is_not_there_either(tmp_path: Path) -> None:
    command = CommandLine(tmp_path)
    gone = f"http://127.0.0.1:{choose_port(0)}"
    command.write_run_file(issuer=gone, operations=gone)
    ended = await command.run("status")
    assert (ended.code, ended.out) == (3, "")
    assert len(ended.err.splitlines()) == 1
