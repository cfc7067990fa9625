"""The supervisor with small real processes: order, restarts, and ends that leave nothing behind."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stepwell_devstack.supervisor import Part, PartState, Stage, Step, Supervisor
from stepwell_kernel.errors import NotFound, Unavailable
from stepwell_testing.eventually import eventually

TOUCH_AND_WAIT = """
import pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text("ready")
time.sleep(600)
"""


class Child:
    """A process started by a test."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        return await self._process.wait()

    async def stop(self) -> None:
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()


@dataclass
class Watcher:
    """Notes everything that the supervisor tells."""

    stages: list[tuple[str, Stage]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)

    def part_changed(self, name: str, state: PartState) -> None:
        self.stages.append((name, state.stage))

    def step_done(self, name: str, seconds: float) -> None:
        assert seconds >= 0
        self.steps.append(name)

    def order_of(self, stage: Stage) -> list[str]:
        return [name for name, reached in self.stages if reached is stage]


def part(folder: Path, name: str, *needs: str, script: str = TOUCH_AND_WAIT, within: float = 20.0) -> Part:
    """A part that is ready once its process has touched its file."""
    sign = folder / name

    async def spawn() -> Child:
        sign.unlink(missing_ok=True)
        return Child(await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(sign)))

    async def is_ready() -> bool:
        return sign.exists()

    return Part(name, f"file {name}", spawn, is_ready, needs, within, lambda: f"last words of {name}")


@asynccontextmanager
async def supervised(watcher: Watcher, *nodes: Part | Step) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(nodes, watcher)
    await supervisor.start()
    try:
        yield supervisor
    finally:
        await supervisor.stop()


async def until(condition: Callable[[], bool]) -> None:
    await eventually(condition, within_s=20)


def is_alive(pid: int | None) -> bool:
    assert pid is not None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pid_of(supervisor: Supervisor, name: str) -> int:
    pid = supervisor.states()[name].pid
    assert pid is not None
    return pid


async def test_parts_start_after_what_they_need_and_stop_before_it(tmp_path: Path) -> None:
    watcher = Watcher()
    order: list[str] = []

    def step(name: str, *needs: str) -> Step:
        async def run() -> None:
            assert all(watcher.stages.count((need, Stage.READY)) or need in order for need in needs)
            order.append(name)

        return Step(name, run, needs)

    nodes: list[Part | Step] = [
        part(tmp_path, "service", "migrations", "broker"),
        step("migrations", "database"),
        part(tmp_path, "broker"),
        part(tmp_path, "database"),
    ]
    async with supervised(watcher, *nodes) as supervisor:
        assert order == watcher.steps == ["migrations"]
        assert watcher.order_of(Stage.READY)[-1] == "service"
        pids = [pid_of(supervisor, name) for name in ("service", "broker", "database")]
        assert all(map(is_alive, pids))
    assert watcher.order_of(Stage.STOPPED)[0] == "service"
    assert not any(map(is_alive, pids))
    assert {state.stage for state in supervisor.states().values()} == {Stage.STOPPED}


async def test_parts_without_needs_start_side_by_side(tmp_path: Path) -> None:
    meeting = asyncio.Barrier(2)

    def waiting(name: str) -> Part:
        ordinary = part(tmp_path, name)

        async def spawn() -> Child:
            await meeting.wait()
            child = await ordinary.spawn()
            assert isinstance(child, Child)
            return child

        return Part(name, "", spawn, ordinary.is_ready)

    async with asyncio.timeout(20), supervised(Watcher(), waiting("one"), waiting("two")):
        pass


async def test_a_killed_part_comes_back_and_others_stay(tmp_path: Path) -> None:
    watcher = Watcher()
    nodes = [part(tmp_path, "database"), part(tmp_path, "service", "database")]
    async with supervised(watcher, *nodes) as supervisor:
        service = pid_of(supervisor, "service")
        killed = supervisor.kill("database")
        await until(lambda: supervisor.states()["database"].restarts == 1)
        await until(lambda: supervisor.states()["database"].stage is Stage.READY)
        assert not is_alive(killed)
        assert pid_of(supervisor, "database") != killed
        assert pid_of(supervisor, "service") == service
        assert supervisor.states()["database"].ended_with == -signal.SIGKILL

        os.kill(pid_of(supervisor, "database"), signal.SIGTERM)
        await until(lambda: supervisor.states()["database"].restarts == 2)
        await until(lambda: supervisor.states()["database"].stage is Stage.READY)
        last = pid_of(supervisor, "database")
    assert not is_alive(last)


async def test_a_restart_is_tried_until_it_succeeds(tmp_path: Path) -> None:
    ordinary = part(tmp_path, "database")
    answers: list[Callable[[], Awaitable[Child]]] = []

    async def refuse() -> Child:
        raise OSError("no such program")

    async def end_at_once() -> Child:
        return Child(await asyncio.create_subprocess_exec(sys.executable, "-c", "raise SystemExit(3)"))

    async def spawn() -> Child:
        if answers:
            return await answers.pop(0)()
        child = await ordinary.spawn()
        assert isinstance(child, Child)
        return child

    watcher = Watcher()
    async with supervised(watcher, Part("database", "", spawn, ordinary.is_ready)) as supervisor:
        answers += [refuse, end_at_once]
        (tmp_path / "database").unlink()
        supervisor.kill("database")
        await until(lambda: supervisor.states()["database"].restarts == 3)
        await until(lambda: supervisor.states()["database"].stage is Stage.READY)
        assert supervisor.states()["database"].ended_with == 3


async def test_a_part_that_ends_before_it_is_ready_fails_the_start_with_its_last_words(
    tmp_path: Path,
) -> None:
    watcher = Watcher()
    supervisor = Supervisor(
        [part(tmp_path, "database"), part(tmp_path, "service", script="raise SystemExit(3)")], watcher
    )
    with pytest.raises(Unavailable) as caught:
        await supervisor.start()
    assert caught.value.code == "part_ended"
    assert caught.value.detail == "service ended with status 3 before it was ready\nlast words of service"
    assert all(state.pid is None for state in supervisor.states().values())


async def test_a_part_that_never_becomes_ready_fails_the_start(tmp_path: Path) -> None:
    never = part(tmp_path, "service", script="import time; time.sleep(600)", within=0.3)
    supervisor = Supervisor([never], Watcher())
    with pytest.raises(Unavailable) as caught:
        await supervisor.start()
    assert caught.value.code == "part_not_ready"
    assert supervisor.states()["service"] == PartState(Stage.STOPPED, "file service")


async def test_a_failed_step_stops_what_runs(tmp_path: Path) -> None:
    async def fail() -> None:
        raise Unavailable("migration_failed", "no")

    watcher = Watcher()
    nodes: list[Part | Step] = [
        part(tmp_path, "database"),
        Step("migrations", fail, ("database",)),
        part(tmp_path, "service", "migrations"),
    ]
    supervisor = Supervisor(nodes, watcher)
    with pytest.raises(Unavailable):
        await supervisor.start()
    assert "service" not in watcher.order_of(Stage.STARTING)
    assert supervisor.states()["database"].stage is Stage.STOPPED


async def test_only_known_and_running_parts_can_be_killed(tmp_path: Path) -> None:
    supervisor = Supervisor([part(tmp_path, "database")], Watcher())
    with pytest.raises(NotFound):
        supervisor.kill("databse")
    with pytest.raises(Unavailable):
        supervisor.kill("database")
