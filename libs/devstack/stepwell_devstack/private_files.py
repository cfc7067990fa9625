"""Files that only their owner may read, on disk when the call returns."""

import os
from pathlib import Path

_OWNER_ONLY = 0o600


def write_private(path: Path, text: str) -> None:
    """Replace the file by one of mode 0600; a kill at any moment leaves the old text or the new one.

    One writer a file: the draft beside it has a fixed name, so that kills do not pile up drafts.
    """
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    try:
        _write_all(descriptor, text.encode("utf-8"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)
    _sync_folder(path.parent)


def append_private(path: Path, text: str) -> None:
    """Append to the file, made with mode 0600 on first use.

    When the disk refuses a part nothing is appended (OSError); a kill may leave a part: a torn last line.
    """
    is_new = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY)
    try:
        length = os.fstat(descriptor).st_size
        try:
            _write_all(descriptor, text.encode("utf-8"))
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, length)
            raise
    finally:
        os.close(descriptor)
    if is_new:
        _sync_folder(path.parent)


def cut_torn_line(path: Path) -> None:
    """Cut off what a kill left behind the last newline."""
    with path.open("r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
