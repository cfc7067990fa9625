"""The folder of one local platform: where everything lies, and the lock that admits one supervisor."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stepwell_kernel.errors import Conflict

_LOCK_ATTEMPTS = 5
_LOCK_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Home:
    """The paths below the platform's folder: STEPWELL_HOME, else `.stepwell` in the checkout."""

    folder: Path

    @property
    def secrets(self) -> Path:
        """The folder of passwords and keys."""
        return self.folder / "secrets"

    @property
    def data(self) -> Path:
        """The folder of what the parts keep between runs."""
        return self.folder / "data"

    @property
    def logs(self) -> Path:
        """The folder of the parts' logs."""
        return self.folder / "logs"

    @property
    def spans(self) -> Path:
        """The folder of finished spans, emptied at every start."""
        return self.folder / "spans"

    @property
    def clock_file(self) -> Path:
        """The scaled clock's segments."""
        return self.folder / "clock.jsonl"

    @property
    def mailbox_file(self) -> Path:
        """The messages that the mailbox received."""
        return self.data / "mailbox.jsonl"

    @property
    def run_file(self) -> Path:
        """What runs now, for the command line and for tests."""
        return self.folder / "run.json"

    @property
    def lock_file(self) -> Path:
        """Locked as long as a supervisor lives; it holds the supervisor's process id."""
        return self.folder / "lock"

    def read_run_file(self) -> dict[str, Any] | None:
        """What runs, or ran until a kill; None after a clean stop."""
        try:
            document = json.loads(self.run_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return document if isinstance(document, dict) else None


def usual_home() -> Home:
    """The home that STEPWELL_HOME names, else `.stepwell` in the working directory."""
    return Home(Path(os.environ.get("STEPWELL_HOME") or ".stepwell").resolve())


@contextmanager
def occupy(home: Home) -> Iterator[None]:
    """Be the only supervisor of this home; the lock ends with the process, however it ends.

    Raises Conflict (`platform_already_runs`).
    """
    home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(home.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _locked(descriptor):
            process = _named_in(descriptor)
            detail = f"a platform already runs in {home.folder} (process {process}); `make stop` ends it"
            raise Conflict("platform_already_runs", detail)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)


def supervisor_of(home: Home) -> int | None:
    """The process id of the supervisor that lives in this home, or None. Only a living one holds the lock."""
    with suppress(FileNotFoundError):
        descriptor = os.open(home.lock_file, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _named_in(descriptor)
        finally:
            os.close(descriptor)
    return None


def _locked(descriptor: int) -> bool:
    """Whether the lock was free, with patience: whoever asks for the supervisor holds it for a moment."""
    for _ in range(_LOCK_ATTEMPTS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOCK_PAUSE_SECONDS)
        else:
            return True
    return False


def _named_in(descriptor: int) -> int:
    return int(os.pread(descriptor, 20, 0))
