"""The file of what the mailbox received: one JSON object a line, on disk before anyone is told."""

import asyncio
import json
from itertools import count
from pathlib import Path
from typing import Any

from stepwell_devstack.private_files import append_private, cut_torn_line


class Journal:
    """An append-only file of records for one writing process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tickets = count()
        self._waiting: dict[int, str] = {}
        self._writing = asyncio.Lock()

    def read(self) -> list[dict[str, Any]]:
        """The records in order. A torn last line, which nobody was told of, is cut off."""
        if not self._path.exists():
            return []
        cut_torn_line(self._path)
        with self._path.open(encoding="utf-8", newline="\n") as file:
            return [json.loads(line) for line in file]

    async def append(self, record: dict[str, Any]) -> None:
        """Write the record and wait until the disk has it; OSError when it cannot be kept.

        Whoever gets to write takes along all that wait, so that many arrivals share one wait for the disk.
        """
        ticket = next(self._tickets)
        self._waiting[ticket] = json.dumps(record) + "\n"
        async with self._writing:
            if ticket not in self._waiting:
                return
            batch = dict(self._waiting)
            try:
                await asyncio.to_thread(append_private, self._path, "".join(batch.values()))
            except OSError:
                del self._waiting[ticket]
                raise
            for written in batch:
                del self._waiting[written]
