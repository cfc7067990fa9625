"""`stepwell` as a person runs it, against an API that is served: as a process of its own, or quicker in this one."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from stepwell_operations.cli.main import make_app

#: As it is installed beside the interpreter; the name is what shells complete.
INSTALLED = Path(sys.executable).with_name("stepwell")


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The output read as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """The command with its working folder."""

    home: Path

    def write_run_file(self, **urls: str) -> None:
        """Say where a platform runs."""
        client = {"client_id": "cli", "client_secret": "secret of cli"}
        (self.home / "run.json").write_text(json.dumps({"pid": 1, "urls": urls, "cli": client}))

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a command: that of the test, its platform, and no other setting of ours."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STEPWELL_")}
        return kept | {"STEPWELL_HOME": str(self.home)} | more

    async def run(self, *arguments: str, **environment: str) -> Ended:
        """A process of its own."""
        process = await asyncio.create_subprocess_exec(
            *(str(INSTALLED), *arguments),
            env=self.environment(**environment),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())

    async def run_here(self, *arguments: str, **environment: str) -> Ended:
        """The same in this process, on a thread with an event loop of its own."""
        unset = dict.fromkeys(name for name in os.environ if name.startswith("STEPWELL_"))
        settings = unset | {"STEPWELL_HOME": str(self.home)} | environment
        result = await asyncio.to_thread(
            CliRunner().invoke, make_app(), arguments, env=settings, prog_name=INSTALLED.name
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)
