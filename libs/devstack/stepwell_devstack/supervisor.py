"""Starts parts in the order of their needs, keeps them alive, and stops them in reverse."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from stepwell_kernel.errors import NotFound, Unavailable

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.05
_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
_STABLE_AFTER_SECONDS = 10.0


class Running(Protocol):
    """A process of a part."""

    @property
    def pid(self) -> int:
        """Its process id."""
        ...

    async def wait(self) -> int:
        """Wait until it has ended; its exit status, negative for a signal."""
        ...

    async def stop(self) -> None:
        """End it, by force when it does not go by itself; returns when it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A process that is to live as long as the platform; it starts once everything it needs is ready.

    `spawn` starts it and returns at once, always at the same address; `is_ready` asks it.
    """

    name: str
    address: str
    spawn: Callable[[], Awaitable[Running]]
    is_ready: Callable[[], Awaitable[bool]]
    needs: tuple[str, ...] = ()
    ready_within_seconds: float = 60.0
    last_words: Callable[[], str] = lambda: ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something done once at every start."""

    name: str
    run: Callable[[], Awaitable[None]]
    needs: tuple[str, ...] = ()


class Stage(StrEnum):
    """Where a part is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class PartState:
    """What is known of a part now; `ended_with` is the exit status of its last process that ended by itself.

    It is negative for a signal, as in asyncio.
    """

    stage: Stage
    address: str
    pid: int | None = None
    restarts: int = 0
    ended_with: int | None = None


def how_it_ended(status: int) -> str:
    """An exit status in words: `with status 3`, `by SIGSEGV`; real-time signals have numbers."""
    if status >= 0:
        return f"with status {status}"
    names = {number.value: number.name for number in signal.Signals}
    return f"by {names.get(-status, f'signal {-status}')}"


class Observer(Protocol):
    """Who is told what happens, as it happens."""

    def part_changed(self, name: str, state: PartState) -> None:
        """A part reached another stage or has another process."""
        ...

    def step_done(self, name: str, seconds: float) -> None:
        """A step is done."""
        ...


class Supervisor:
    """Runs one set of parts and steps."""

    def __init__(self, nodes: Sequence[Part | Step], observer: Observer) -> None:
        self._nodes = {node.name: node for node in nodes}
        self._observer = observer
        self._keepers = {node.name: _Keeper(node, observer) for node in nodes if isinstance(node, Part)}

    def states(self) -> Mapping[str, PartState]:
        """The state of every part."""
        return {name: keeper.state for name, keeper in self._keepers.items()}

    async def start(self) -> None:
        """Bring everything up, side by side where needs allow; on failure stop what runs, raise the error."""
        done = {name: asyncio.Event() for name in self._nodes}

        async def bring_up(node: Part | Step) -> None:
            for need in node.needs:
                await done[need].wait()
            if isinstance(node, Part):
                await self._keepers[node.name].start()
            else:
                begun = time.monotonic()
                await node.run()
                self._observer.step_done(node.name, time.monotonic() - begun)
            done[node.name].set()

        tasks = [asyncio.create_task(bring_up(node), name=node.name) for node in self._nodes.values()]
        try:
            await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop every part once all that need it are gone, side by side where needs allow."""
        gone = {name: asyncio.Event() for name in self._nodes}

        async def take_down(name: str) -> None:
            for other in self._nodes.values():
                if name in other.needs:
                    await gone[other.name].wait()
            keeper = self._keepers.get(name)
            if keeper is not None:
                await keeper.stop()
            gone[name].set()

        await asyncio.gather(*(take_down(name) for name in self._nodes))

    def kill(self, name: str) -> int:
        """End a part's process without warning (SIGKILL) and return its id; the part comes back by itself.

        Raises NotFound (`unknown_part`), or Unavailable (`part_not_running`) when it has no process now.
        """
        keeper = self._keepers.get(name)
        if keeper is None:
            raise NotFound("unknown_part", f"there is no part {name!r}; there are {', '.join(self._keepers)}")
        pid = keeper.state.pid
        if pid is None:
            raise Unavailable("part_not_running", f"{name} has no process now")
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError as error:
            raise Unavailable("part_not_running", f"{name} has just ended by itself") from error
        return pid


class _Keeper:
    """Keeps one part alive."""

    def __init__(self, part: Part, observer: Observer) -> None:
        self._part = part
        self._observer = observer
        self._running: Running | None = None
        self._keeping: asyncio.Task[None] | None = None
        self.state = PartState(Stage.WAITING, part.address)

    async def start(self) -> None:
        """Start the part and wait until it is ready; from then on it is kept alive."""
        self._become(replace(self.state, stage=Stage.STARTING))
        running = await self._spawn()
        try:
            async with asyncio.timeout(self._part.ready_within_seconds):
                await self._until_ready(running)
        except TimeoutError as error:
            detail = f"{self._part.name} was not ready within {self._part.ready_within_seconds:.0f} s"
            raise Unavailable("part_not_ready", self._with_last_words(detail)) from error
        self._keeping = asyncio.create_task(self._keep(running), name=f"keep {self._part.name}")

    async def stop(self) -> None:
        """Let the part go for good."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._running is not None:
            await self._running.stop()
            self._running = None
        self._become(replace(self.state, stage=Stage.STOPPED, pid=None))

    async def _keep(self, running: Running) -> None:
        pause = _SHORTEST_PAUSE
        while True:
            ready_since = time.monotonic()
            status = await running.wait()
            self.state = replace(self.state, ended_with=status)
            if time.monotonic() - ready_since > _STABLE_AFTER_SECONDS:
                pause = _SHORTEST_PAUSE
            running = await self._restart(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _restart(self, pause: float) -> Running:
        """A process that has become ready, however many it takes."""
        while True:
            restarts = self.state.restarts + 1
            self._become(replace(self.state, stage=Stage.RESTARTING, pid=None, restarts=restarts))
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            try:
                running = await self._spawn()
                await self._until_ready(running)
            except (OSError, Unavailable):
                _log.warning("part_not_restarted", extra={"part": self._part.name}, exc_info=True)
            else:
                return running

    async def _spawn(self) -> Running:
        spawning = asyncio.ensure_future(self._part.spawn())
        try:
            self._running = await asyncio.shield(spawning)
        except asyncio.CancelledError:
            with suppress(OSError, Unavailable):
                self._running = await spawning  # or nobody would know of the process, and stop() would leave it behind
            raise
        self._become(replace(self.state, pid=self._running.pid))
        return self._running

    async def _until_ready(self, running: Running) -> None:
        ended = asyncio.ensure_future(running.wait())
        try:
            while not await self._part.is_ready():
                await asyncio.wait({ended}, timeout=_POLL_SECONDS)
                if ended.done():
                    self.state = replace(self.state, ended_with=ended.result())
                    detail = f"{self._part.name} ended {how_it_ended(ended.result())} before it was ready"
                    raise Unavailable("part_ended", self._with_last_words(detail))
        finally:
            ended.cancel()
        self._become(replace(self.state, stage=Stage.READY))

    def _with_last_words(self, detail: str) -> str:
        return "\n".join(filter(None, (detail, self._part.last_words())))

    def _become(self, state: PartState) -> None:
        self.state = state
        self._observer.part_changed(self._part.name, state)
