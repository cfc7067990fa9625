"""`stepwell status --watch` on a terminal, from the first picture to Ctrl-C."""

import asyncio
import os
import pty
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from services.operations.tests.command_line import INSTALLED, CommandLine
from services.operations.tests.episode_events import Episode, into_treatment
from services.operations.tests.open_console import FACILITY, OpenConsole, project
from stepwell_devstack.ports import choose_port
from stepwell_testing.eventually import eventually

WITHIN_S = 30.0
STYLING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Watching:
    """A command on a terminal of its own, and what it has drawn so far."""

    process: asyncio.subprocess.Process
    drawn: bytearray = field(default_factory=bytearray)

    def words(self) -> str:
        """All that was drawn, without styling."""
        return " ".join(STYLING.sub("", self.drawn.decode(errors="ignore")).split())

    async def drew(self, words: str) -> None:
        """Wait for a picture with these words."""
        await eventually(self.words, within_s=WITHIN_S, until=lambda seen: words in seen)

    async def interrupted(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return await asyncio.wait_for(self.process.wait(), WITHIN_S)


@asynccontextmanager
async def watching(stepwell: CommandLine, *arguments: str) -> AsyncIterator[Watching]:
    """The command on a terminal, for as long as the block."""
    ours, theirs = pty.openpty()
    loop = asyncio.get_running_loop()
    process = await asyncio.create_subprocess_exec(
        *(str(INSTALLED), *arguments),
        env=stepwell.environment(TERM="xterm", COLUMNS="120"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    watched = Watching(process)
    os.set_blocking(ours, False)
    loop.add_reader(ours, lambda: read_into(watched.drawn, ours))
    try:
        yield watched
    finally:
        loop.remove_reader(ours)
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(ours)


def read_into(drawn: bytearray, descriptor: int) -> None:
    try:
        drawn += os.read(descriptor, 65_536)
    except OSError:
        # The terminal is gone with its last process.
        asyncio.get_running_loop().remove_reader(descriptor)


async def test_it_follows_the_platform_until_ctrl_c(stepwell: CommandLine, console: OpenConsole) -> None:
    async with watching(stepwell, "status", "--watch", "--every", "0.1") as watched:
        await watched.drew("medication not ready")
        assert "treatment 1" not in watched.words()
        await project(console.edge, into_treatment(Episode(FACILITY, console.edge.clock.now())).incoming)
        await watched.drew("treatment 1")
        assert await watched.interrupted() == 1
        assert "Traceback" not in watched.words()


async def test_a_platform_that_is_away_is_said_and_waited_for(stepwell: CommandLine, console: OpenConsole) -> None:
    stepwell.write_run_file(issuer=console.issuer.url, operations=f"http://127.0.0.1:{choose_port(0)}")
    async with watching(stepwell, "status", "--watch", "--every", "0.1") as watched:
        await watched.drew("operations does not answer (operations_unavailable)")
        assert await watched.interrupted() == 3
