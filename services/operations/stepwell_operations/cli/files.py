"""Files of the command line that cannot be read or written: told by their name and the reason of the system."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from stepwell_kernel.errors import Kind, StepwellError


class FileFailed(StepwellError):
    """A file could not be read or written; when the reason is gone, the same command goes on."""

    kind: ClassVar[Kind] = Kind.CONFLICT


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raises FileFailed (`file_unreadable`) instead of what the system says."""
    try:
        yield
    except OSError as error:
        raise FileFailed("file_unreadable", f"{path} cannot be read: {reason_of(error)}") from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises FileFailed (`file_unwritable`) instead of what the system says."""
    try:
        yield
    except OSError as error:
        raise FileFailed("file_unwritable", f"{path} cannot be written: {reason_of(error)}") from error


def reason_of(error: OSError) -> str:
    """Why, in the words of the system."""
    return error.strerror or str(error)
