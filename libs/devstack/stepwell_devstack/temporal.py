"""The Temporal development server with its web page, on disk, and the binaries that tests use."""

import asyncio
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from stepwell_devstack.loopback import LOOPBACK
from stepwell_devstack.processes import Child, last_words, run_once, start_child
from stepwell_kernel.errors import Unavailable

RETENTION = "90d"
RETENTION_SECONDS = "7776000"

#: Names and types of the search attributes; the journey sets them.
SEARCH_ATTRIBUTES = ("JourneyPhase=Keyword", "Facility=Keyword", "NextDue=Datetime", "Parked=Int")

PRAGMAS = ("journal_mode=WAL", "synchronous=OFF")
ONE_PARTITION = ("matching.numTaskqueueReadPartitions=1", "matching.numTaskqueueWritePartitions=1")


@dataclass(frozen=True, slots=True)
class TemporalServer:
    """A server on a port with its data in a file; `ui_port` 0 leaves the web page out."""

    file: Path
    port: int
    ui_port: int
    namespace: str
    log: Path

    @property
    def address(self) -> str:
        """host:port."""
        return f"{LOOPBACK}:{self.port}"

    async def start(self) -> Child:
        """Start it; returns at once."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        web_page = ("--ui-ip", LOOPBACK, "--ui-port", str(self.ui_port)) if self.ui_port else ("--headless",)
        return await start_child(
            [
                *(
                    temporal_binary(),
                    "server",
                    "start-dev",
                    "--ip",
                    LOOPBACK,
                    "--port",
                    str(self.port),
                    *web_page,
                ),
                *("--db-filename", str(self.file), "--namespace", self.namespace, "--ui-disable-news-fetch"),
                *("--log-level", "error"),
                *(word for pragma in PRAGMAS for word in ("--sqlite-pragma", pragma)),
                *(word for value in ONE_PARTITION for word in ("--dynamic-config-value", value)),
                *(word for attribute in SEARCH_ATTRIBUTES for word in ("--search-attribute", attribute)),
            ],
            self.log,
        )

    async def is_ready(self) -> bool:
        """Whether the namespace answers."""
        status, _ = await self._operate("namespace", "describe", "-n", self.namespace)
        return status == 0

    async def keep_long(self) -> None:
        """Keep closed journeys for 90 days: a new namespace forgets them after one."""
        for _ in range(50):
            await self._operate("namespace", "update", "-n", self.namespace, "--retention", RETENTION)
            _, told = await self._operate("namespace", "describe", "-n", self.namespace, "--output", "json")
            if RETENTION_SECONDS in told or "2160h" in told:
                return
            await asyncio.sleep(0.1)
        raise Unavailable("retention_not_set", "the Temporal server did not take the retention of 90 days")

    def last_words(self) -> str:
        """The end of its log."""
        return last_words(self.log)

    async def _operate(self, *words: str) -> tuple[int, str]:
        return await run_once([temporal_binary(), "operator", *words, "--address", self.address])


def temporal_binary() -> str:
    """The path of the Temporal command line with its server."""
    return _installed("temporal")


def workflow_test_server() -> str:
    """The path of the server that skips time."""
    return _installed("temporal-test-server")


def _installed(name: str) -> str:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise Unavailable("binary_missing", f"{name} is not installed; `make .venv/ready` brings it")
    return found
