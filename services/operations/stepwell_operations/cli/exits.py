"""The exit codes of `stepwell`, for scripts: what each means, and which one an error ends with."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

from stepwell_kernel.errors import Kind, StepwellError


class ExitCode(IntEnum):
    """How a command ended; a code keeps its meaning for ever."""

    OK = 0
    NOT_WELL = 1
    WRONG_USAGE = 2
    NOT_REACHABLE = 3
    NOT_FOUND = 4
    FORBIDDEN = 5


MEANINGS: Mapping[ExitCode, str] = MappingProxyType(
    {
        ExitCode.OK: "all is well",
        ExitCode.NOT_WELL: "something is not",
        ExitCode.WRONG_USAGE: "wrong usage",
        ExitCode.NOT_REACHABLE: "no platform could be reached",
        ExitCode.NOT_FOUND: "there is no such thing",
        ExitCode.FORBIDDEN: "whoever asks may not",
    }
)

#: An error of any other kind is something that is not well.
_OF_KIND: Mapping[Kind, ExitCode] = MappingProxyType(
    {
        Kind.INVALID: ExitCode.WRONG_USAGE,
        Kind.UNAVAILABLE: ExitCode.NOT_REACHABLE,
        Kind.NOT_FOUND: ExitCode.NOT_FOUND,
        Kind.FORBIDDEN: ExitCode.FORBIDDEN,
    }
)


def exit_code(error: StepwellError) -> ExitCode:
    """The code with which a command ends that an error stopped."""
    return _OF_KIND.get(error.kind, ExitCode.NOT_WELL)


def told() -> str:
    """The codes in a sentence, for the help."""
    return ", ".join(f"{code.value} {meaning}" for code, meaning in MEANINGS.items())
