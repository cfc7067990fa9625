"""The exit codes of `stepwell` and what it says on standard error, as the how-to promises them to scripts."""

import errno
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from services.operations.tests.command_line import CommandLine
from services.operations.tests.episode_events import Episode, into_treatment
from services.operations.tests.open_console import (
    COUNSELOR,
    FACILITY,
    NURSE,
    OTHER_FACILITY,
    STRANGER,
    OpenConsole,
    project,
)
from stepwell_devstack.ports import choose_port
from stepwell_kernel.errors import Bug, Conflict, Forbidden, Invalid, NotFound, StepwellError, Unavailable
from stepwell_kernel.ids import new_id
from stepwell_operations.cli.asking import run
from stepwell_operations.cli.exits import MEANINGS, ExitCode, exit_code

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "use-the-command-line.md"

#: Ids that a line of a table may speak of.
ELSEWHERE, NOWHERE = "ELSEWHERE", "NOWHERE"


@dataclass(frozen=True)
class Refused:
    """A command that cannot be answered, in whose name, and how it ends."""

    line: str
    exit: ExitCode
    code: str
    asker: str = ""
    token: str = ""


REFUSED = (
    Refused("journey NOWHERE", ExitCode.NOT_FOUND, "journey_not_found"),
    Refused("find NOWHERE", ExitCode.NOT_FOUND, "nothing_found"),
    Refused("facility NOWHERE", ExitCode.NOT_FOUND, "facility_not_found"),
    Refused("journey ELSEWHERE", ExitCode.NOT_FOUND, "journey_not_found", asker=str(STRANGER)),
    Refused("journey ELSEWHERE", ExitCode.FORBIDDEN, "facility_out_of_scope", asker=str(COUNSELOR)),
    Refused("figures", ExitCode.FORBIDDEN, "not_granted", asker=str(NURSE)),
    Refused("journeys", ExitCode.FORBIDDEN, "staff_unknown", asker=NOWHERE),
    Refused("worklist", ExitCode.FORBIDDEN, "token_invalid", token="made.up.one"),
    Refused("report --allowed-hours 1e9", ExitCode.WRONG_USAGE, "request_invalid"),
    Refused("report --allowed-hours inf", ExitCode.WRONG_USAGE, "request_invalid"),
)


@pytest.mark.parametrize("refused", REFUSED, ids=lambda one: f"{one.line}: {one.code}")
async def test_a_refusal_is_a_sentence_with_its_code(
    stepwell: CommandLine, console: OpenConsole, refused: Refused
) -> None:
    episode = into_treatment(Episode(OTHER_FACILITY, console.edge.clock.now()))
    await project(console.edge, episode.incoming)
    ids = {ELSEWHERE: str(episode.episode_id), NOWHERE: str(new_id())}
    words = [ids.get(word, word) for word in refused.line.split()]
    if refused.asker:
        words += ["--as", ids.get(refused.asker, refused.asker)]
    ended = await stepwell.run_here(*words, STEPWELL_TOKEN=refused.token)
    assert (ended.code, ended.out) == (refused.exit, "")
    (sentence,) = ended.err.splitlines()
    assert sentence.startswith("stepwell: ")
    assert sentence.endswith(f"({refused.code})")
    ended = await stepwell.run_here(*words, "--json", STEPWELL_TOKEN=refused.token)
    assert (ended.code, ended.out) == (refused.exit, "")
    said = json.loads(ended.err)
    assert sentence == f"stepwell: {said.pop('detail')} ({said.pop('code')})"
    assert said == {}


@pytest.mark.parametrize(
    "line",
    [
        "journey 7",
        "journey",
        "journeys --phase bliss",
        "journeys --limit 501",
        "journeys --limit 0",
        "journeys --facility 7",
        "journeys --as 7",
        "worklist --role bliss",
        f"facility {FACILITY} --week yesterday",
        "messages --state read",
        "report --allowed-hours -1",
        "report --allowed-hours nan",
        "status --every nan",
        "status --every inf",
        "simulate --day 2m",
        "simulate --day 0",
        "simulate --day nan",
        "simulate --patients 2",
        "simulate --patients -1",
        "simulate --until year",
        "simulate --seed x",
        "status --watch",
        "nonsense",
    ],
)
async def test_wrong_usage_ends_with_2(stepwell: CommandLine, line: str) -> None:
    ended = await stepwell.run_here(*line.split())
    assert (ended.code, ended.out) == (ExitCode.WRONG_USAGE, "")
    assert "Usage: " in ended.err
    assert "Error: " in ended.err


async def test_without_a_platform_it_ends_with_3_and_a_sentence(tmp_path: Path) -> None:
    command = CommandLine(tmp_path)
    for line in ("status", "journeys", f"journey {new_id()}", "facilities", "report", "simulate"):
        ended = await command.run_here(*line.split())
        assert (ended.code, ended.out) == (ExitCode.NOT_REACHABLE, "")
        assert "no platform runs here" in ended.err
        assert len(ended.err.splitlines()) == 1
    (tmp_path / "run.json").write_text("{torn")
    torn = await command.run_here("status", "--json")
    assert (torn.code, json.loads(torn.err)["code"]) == (ExitCode.NOT_REACHABLE, "platform_not_running")


async def test_a_platform_that_was_killed_is_not_there_either(tmp_path: Path) -> None:
    command = CommandLine(tmp_path)
    gone = f"http://127.0.0.1:{choose_port(0)}"
    command.write_run_file(issuer=gone, operations=gone)
    ended = await command.run("status")
    assert (ended.code, ended.out) == (ExitCode.NOT_REACHABLE, "")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Invalid, ExitCode.WRONG_USAGE),
        (NotFound, ExitCode.NOT_FOUND),
        (Conflict, ExitCode.NOT_WELL),
        (Forbidden, ExitCode.FORBIDDEN),
        (Unavailable, ExitCode.NOT_REACHABLE),
        (Bug, ExitCode.NOT_WELL),
    ],
)
def test_every_kind_of_error_has_its_code(kind: type[StepwellError], code: ExitCode) -> None:
    assert exit_code(kind("a_code", "a sentence")) is code


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), ExitCode.NOT_REACHABLE, "the platform does not answer"),
        (OSError(errno.EHOSTUNREACH, "no route"), ExitCode.NOT_REACHABLE, "the platform does not answer"),
        (PermissionError(errno.EACCES, "not allowed", "a file"), ExitCode.NOT_WELL, "a file: not allowed"),
        (OSError(errno.ENOSPC, "no space left"), ExitCode.NOT_WELL, "no space left"),
    ],
)
def test_only_the_network_is_a_platform_that_does_not_answer(
    capsys: pytest.CaptureFixture[str], error: OSError, code: ExitCode, said: str
) -> None:
    async def fail() -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        run(fail())
    assert ended.value.exit_code == code
    assert capsys.readouterr().err.startswith(f"stepwell: {said} (")


async def test_the_codes_are_told_in_the_help_and_the_how_to(stepwell: CommandLine) -> None:
    told = " ".join((await stepwell.run_here("--help")).out.split())
    how_to = HOW_TO.read_text()
    assert set(MEANINGS) == set(ExitCode)
    for code, meaning in MEANINGS.items():
        assert f"{code.value} {meaning}" in told
        assert f"| {code.value} | {meaning}" in how_to
