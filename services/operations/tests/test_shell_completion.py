"""What the shells offer after Tab, by the protocol of each."""

import asyncio
from pathlib import Path

import pytest

from services.operations.tests.command_line import INSTALLED, CommandLine
from services.operations.tests.network_events import clinic
from services.operations.tests.open_console import FACILITY, OTHER_FACILITY, STRANGER, OpenConsole, project
from stepwell_devstack.ports import choose_port
from stepwell_kernel.codes import Phase, Role
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_operations.domain.messages import MessageState

SHELLS = ("bash", "zsh", "fish")


async def offered(stepwell: CommandLine, shell: str, line: str) -> list[str]:
    """The candidates at the end of a line; of zsh and fish without what is told about each."""
    words = line.split(" ")
    asked = {"_STEPWELL_COMPLETE": f"complete_{shell}"}
    if shell == "bash":
        asked |= {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    else:
        asked |= {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    ended = await stepwell.run_here(**asked)
    assert (ended.code, ended.err) == (0, "")
    if shell != "zsh":
        return [candidate.split("\t")[0] for candidate in ended.out.splitlines() if candidate]
    listed = ended.out.strip().removeprefix("_arguments '*: :((").removesuffix("))'")
    return [candidate.split('":"')[0].strip('"') for candidate in listed.splitlines() if candidate.startswith('"')]


@pytest.mark.parametrize("shell", SHELLS)
async def test_phases_are_offered_in_every_shell(stepwell: CommandLine, shell: str) -> None:
    assert await offered(stepwell, shell, "stepwell journeys --phase ") == list(Phase)


async def test_roles_states_templates_and_commands_are_offered(stepwell: CommandLine) -> None:
    assert await offered(stepwell, "bash", "stepwell worklist --role co") == [Role.COUNSELOR]
    assert await offered(stepwell, "bash", "stepwell messages --state ") == list(MessageState)
    assert await offered(stepwell, "bash", "stepwell messages --template please") == [MessageTemplate.PLEASE_CALL]
    assert set(await offered(stepwell, "bash", "stepwell fac")) == {"facilities", "facility"}


@pytest.mark.parametrize("shell", SHELLS)
async def test_facilities_of_the_running_platform_are_offered(
    stepwell: CommandLine, console: OpenConsole, shell: str
) -> None:
    now = console.edge.clock.now()
    await project(console.edge, [*clinic(FACILITY, "River house", now), *clinic(OTHER_FACILITY, "Hill house", now)])
    assert await offered(stepwell, shell, "stepwell messages --facility ") == [str(OTHER_FACILITY), str(FACILITY)]
    assert await offered(stepwell, shell, f"stepwell facility {str(FACILITY)[:-1]}2") == [str(OTHER_FACILITY)]
    assert await offered(stepwell, shell, f"stepwell worklist --as {STRANGER} --facility ") == []


@pytest.mark.parametrize("there", [False, True], ids=["no platform", "a platform that was killed"])
async def test_without_a_platform_nothing_is_offered_and_nothing_said(tmp_path: Path, there: bool) -> None:
    stepwell = CommandLine(tmp_path)
    if there:
        gone = f"http://127.0.0.1:{choose_port(0)}"
        stepwell.write_run_file(issuer=gone, operations=gone)
    assert await offered(stepwell, "bash", "stepwell messages --facility ") == []


async def test_bash_completes_with_the_script_that_is_shown(stepwell: CommandLine) -> None:
    shown = await stepwell.run("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert (shown.code, shown.err) == (0, "")
    typed = "COMP_WORDS=(stepwell journeys --phase tre) COMP_CWORD=3"
    bash = await asyncio.create_subprocess_exec(
        *("bash", "--norc", "-c", f"{shown.out}\n{typed}\n_stepwell_completion {INSTALLED}\necho ${{COMPREPLY[@]}}"),
        env=stepwell.environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await bash.communicate()
    assert out.decode().split() == [Phase.TREATMENT]
