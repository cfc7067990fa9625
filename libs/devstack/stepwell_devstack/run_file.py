"""The file that tells other programs of the same owner what runs, where, and how to control it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from stepwell_devstack.private_files import write_private
from stepwell_devstack.supervisor import Observer, PartState


class RunFile:
    """Keeps run.json true to the parts; it is an observer that hands on to another one."""

    def __init__(self, path: Path, describe: Callable[[], Mapping[str, Any]], beside: Observer) -> None:
        self._path = path
        self._describe = describe
        self._beside = beside
        self._changed = asyncio.Event()
        self._ended = False

    def part_changed(self, name: str, state: PartState) -> None:
        """A part changed: the file will follow."""
        self._changed.set()
        self._beside.part_changed(name, state)

    def step_done(self, name: str, seconds: float) -> None:
        """A step is done: of no interest to the file."""
        self._beside.step_done(name, seconds)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Write the file now and after every change; remove it in the end."""
        await self._write()
        following = asyncio.create_task(self._follow(), name="run file")
        try:
            yield
        finally:
            self._ended = True
            self._changed.set()
            await following
            self._path.unlink(missing_ok=True)

    async def _follow(self) -> None:
        while not self._ended:
            await self._changed.wait()
            self._changed.clear()
            await self._write()

    async def _write(self) -> None:
        document = json.dumps(self._describe(), indent=2) + "\n"
        await asyncio.to_thread(write_private, self._path, document)
