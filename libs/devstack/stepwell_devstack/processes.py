"""Child processes of the platform: in sessions of their own, ending with their parent, their output in a file."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stepwell_devstack import die_with_parent

LAST_WORDS_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Child:
    """A running process; `stop_signal` ends it in order, SIGKILL follows after `stop_within_s`."""

    process: asyncio.subprocess.Process
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 10.0

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    async def wait(self) -> int:
        """Wait until it has ended; its exit status, negative for a signal."""
        return await self.process.wait()

    async def stop(self) -> None:
        """End it, by force when it does not go by itself; returns when it is gone."""
        with suppress(ProcessLookupError):
            self.process.send_signal(self.stop_signal)
        try:
            async with asyncio.timeout(self.stop_within_s):
                await self.process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()


async def start_child(
    command: Sequence[str],
    log: Path,
    *,
    before: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    stop_within_s: float = 10.0,
    keep_open: Sequence[int] = (),
) -> Child:
    """Start a command whose output is appended to `log`; `before` are words in front of it (a wrapper).

    `keep_open` are descriptors that it inherits, for locks that are to live as long as it does.
    It has a process group of its own, so that Ctrl-C reaches only the supervisor, which stops it in its turn.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    guard = [sys.executable, "-IS", str(Path(die_with_parent.__file__)), str(os.getpid())]
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *before,
            *guard,
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=None if environment is None else dict(environment),
            start_new_session=True,
            pass_fds=keep_open,
        )
    return Child(process, stop_signal, stop_within_s)


async def run_once(command: Sequence[str], *, before: Sequence[str] = ()) -> tuple[int, str]:
    """Run a short command to its end; its exit status and output."""
    process = await asyncio.create_subprocess_exec(
        *before,
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode(errors="replace")


def last_words(log: Path) -> str:
    """The end of a log, for whoever must find out why its process ended."""
    if not log.exists():
        return ""
    return log.read_bytes()[-LAST_WORDS_BYTES:].decode(errors="replace").strip()
